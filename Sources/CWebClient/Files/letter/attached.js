import {openDialog} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {longDate, t} from '../core/i18n.js';
import {attachmentList, nameOf} from './attachments.js';
import {attached, bodyOf} from './details.js';
import {person, shown} from './names.js';
import {simplified} from './simple.js';
import {plainText} from './text.js';

/**
 * Shows a message that came as an attachment (message/rfc822), with its own attachments. It is no email of the account,
 * so there is no view of its HTML: that is shown reduced to its text, lists and links.
 */
export async function openAttached(app, part) {
  const email = await attached(app, part.blobId);
  if (!email) return void openDialog(nameOf(part), [el('p', {}, t('letter.notReadable'))], {kind: 'letter-dialog'});
  const plain = bodyOf(email, 'text/plain');
  const html = plain ? null : bodyOf(email, 'text/html');
  openDialog(shown(email.subject) || t('letter.noSubject'), [
    facts(email),
    plain ? plainText(plain.text) : html ? el('div.plain', {dir: 'auto'}, simplified(html.text)) : el('p.dim', {}, t('letter.empty')),
    (plain ?? html)?.isCut && el('p.dim', {}, t('letter.cut')),
    attachmentList(app, email, null),
    el('div.foot', {}, el('a.button', {href: app.jmap.downloadURL(part.blobId, nameOf(part), part.type), download: `${nameOf(part).replace(/\.eml$/i, '')}.eml`}, t('letter.download'))),
  ].filter(Boolean), {kind: 'letter-dialog is-letter'});
}

/** Who wrote to whom, and when: a list of names and values. @param {Object} email */
export function facts(email) {
  const row = (word, values) => values?.length ? [el('dt', {}, t(`letter.${word}`)), el('dd', {}, ...values)] : [];
  const people = (list) => list?.map((address) => el('span.one', {}, person(address)));
  return el('dl.facts-list', {},
    ...row('from', people(email.from)), ...row('senderField', sender(email) && people(email.sender)), ...row('replyTo', people(email.replyTo)),
    ...row('to', people(email.to)), ...row('cc', people(email.cc)), ...row('bcc', people(email.bcc)),
    ...row('date', email.sentAt && [el('time', {datetime: email.sentAt}, longDate(email.sentAt))]),
    ...row('received', email.receivedAt && [el('time', {datetime: email.receivedAt}, longDate(email.receivedAt))]));
}

/** Sender says something only where it is not who it is from (RFC 5322 §3.6.2). */
const sender = ({sender: list, from}, [one] = list ?? []) => one && !from?.some(({email}) => email === one.email);
