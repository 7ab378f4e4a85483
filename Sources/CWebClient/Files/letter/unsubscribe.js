import {confirm} from '../core/dialog.js';
import {el, fill, icon} from '../core/dom.js';
import {Wrong} from '../core/form.js';
import {t} from '../core/i18n.js';
import {MethodError, Unreachable, VIEW} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {ask} from '../core/question.js';
import {shown} from './names.js';

/** What the server says of an email whose list was left (docs/jmap-view.md). */
const LEFT = '$unsubscribed';

/**
 * The way off a list that a letter offers, after a question that names where it leads: by one request where the list takes
 * one (RFC 8058), which the server sends, because a browser may not send it to a foreign host; else by an ordinary draft to its
 * address, or its page in a new tab (RFC 2369 §3.2).
 * @returns {HTMLElement|null} a button, with `refresh` for when the email changed; null when there is no way that is followed.
 */
export function unsubscribeButton(app, email, {onmailto}) {
  const ways = (email['header:List-Unsubscribe:asURLs'] ?? []).map(parse).filter(Boolean);
  const way = ways.find(({protocol}) => protocol === 'mailto:') ?? ways.find(({protocol}) => protocol === 'https:');
  if (!way) return null;
  const otherwise = () => (way.protocol === 'mailto:' ? write(way, onmailto) : visit(way));
  const leave = async () => {
    button.disabled = true;
    const host = ways.some(({protocol}) => protocol === 'https:') ? await oneClickHost(app, email.id) : null;
    button.disabled = false;
    if (host === null) await otherwise(); else await tell(app, email.id, host, otherwise);
  };
  const button = el('button.quiet.unsubscribe', {type: 'button', onclick: () => leave().catch((error) => app.failed(error))}, icon('close'), t('letter.unsubscribe'));
  const element = el('span.unsubscribe-place', {});
  element.refresh = () => fill(element, app.records.Email.get(email.id)?.keywords[LEFT]
    ? el('span.dim', {}, icon('check'), ' ', t('letter.unsubscribed')) : button);
  element.refresh();
  return element;
}

/** The host that one request is enough for; null when the letter offers none, or the server knows nothing of it. */
async function oneClickHost(app, id) {
  if (!app.jmap.capability(VIEW)?.maxObjectsInUnsubscribe) return null;
  try {
    const {list: [view]} = await app.jmap.call('EmailView/get', {ids: [id], properties: ['id', 'oneClickHost']});
    return view?.oneClickHost ?? null;
  } catch (error) {
    if (error instanceof Unreachable || error instanceof MethodError) return null;
    throw error;
  }
}

/** Asks, and has the server tell the list. What it did not take can be done in the other way. */
function tell(app, id, host, otherwise) {
  const other = el('button', {type: 'button', onclick: ({target}) => {
    target.closest('dialog').close();
    otherwise().catch((error) => app.failed(error));
  }}, t('letter.unsubscribeOtherwise'));
  const more = el('p', {hidden: true}, other);
  return ask({
    title: t('letter.unsubscribe'), body: [el('p', {}, t('letter.unsubscribeNow', {host: shown(host)})), more], action: t('letter.unsubscribe'),
    run: async () => {
      const {notUnsubscribed} = await app.jmap.call('EmailView/unsubscribe', {ids: [id]});
      const error = notUnsubscribed?.[id];
      if (error) {
        more.hidden = false;
        throw new Wrong('host', t(REASONS[error.type] ?? 'letter.unsubscribeFailed', {host: shown(host)}));
      }
      await app.records.Email.refresh();
      notify(t('letter.unsubscribedFrom', {host: shown(host)}));
    },
  });
}

const REASONS = {addressNotAllowed: 'letter.unsubscribeAddress', rateLimit: 'letter.unsubscribeTooMany', notFound: 'letter.gone'};

function parse(address) {
  try { return new URL(address); } catch { return null; }
}

const isMeant = (text, action) => confirm({title: t('letter.unsubscribe'), text, action, kind: 'primary'});

async function write(way, onmailto) {
  const to = shown(decode(way.pathname));
  if (await isMeant(t('letter.unsubscribeByMail', {address: to}), t('letter.writeDraft'))) onmailto(way.href);
}

async function visit(way) {
  if (await isMeant(t('letter.unsubscribeByPage', {host: shown(way.host)}), t('letter.openPage'))) {
    open(way.href, '_blank', 'noopener,noreferrer');
  }
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
