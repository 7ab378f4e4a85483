import {confirm} from '../core/dialog.js';
import {el, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {shown} from './names.js';

/**
 * The way off a list that a letter offers (RFC 2369 §3.2): after a question that names where it leads, an ordinary draft to
 * its address, or its page in a new tab. The request that needs no page (RFC 8058) would have to be sent by the server,
 * because a browser may not send it to a foreign host, so it is not offered.
 * @returns {HTMLElement|null} a button; null when there is no way that is followed.
 */
export function unsubscribeButton(email, {onmailto}) {
  const ways = (email['header:List-Unsubscribe:asURLs'] ?? []).map(parse).filter(Boolean);
  const way = ways.find(({protocol}) => protocol === 'mailto:') ?? ways.find(({protocol}) => protocol === 'https:');
  if (!way) return null;
  const follow = way.protocol === 'mailto:' ? () => write(way, onmailto) : () => visit(way);
  return el('button.quiet.unsubscribe', {type: 'button', onclick: follow}, icon('close'), t('letter.unsubscribe'));
}

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
