import {bodyOf, detail, FORWARDS, whole} from '../letter/details.js';
import {fileName} from '../letter/names.js';
import {simplified} from '../letter/simple.js';
import {t} from '../core/i18n.js';
import {parseMailto} from './addresses.js';
import {fromText} from './markup.js';
import {answerTo, forwarded, identityFor, quoted, referencesOf, subjectOf} from './reply.js';

/**
 * What the composer opens with, by mode. `body` is `{fragment}` or `{text}`; `quote` stands below the signature; `origin`
 * is the letter that is answered or forwarded, with the keyword that it gets when this one is sent.
 */
export async function beginning(app, {mode, emailId, mailto, letterId}, identities) {
  if (mode === 'mailto') return fromMailto(mailto, identities);
  if (mode === 'draft') return fromDraft(app, await whole(app, emailId), identities);
  if (mode === 'letter') return fromOutbox(app, await app.outbox?.get(letterId), identities);
  if (mode === 'new') return {identity: identities[0] ?? null};
  const email = await detail(app, emailId);
  const identity = identityFor(email, identities);
  const forwarding = {origin: {id: emailId, keyword: '$forwarded'}, forwards: email.messageId};
  if (mode === 'forwardWhole') {
    const part = {blobId: email.blobId, type: 'message/rfc822', name: `${fileName(email.subject, t('letter.attachedMessage')).slice(0, 80)}.eml`, size: email.size, disposition: 'attachment'};
    return {identity, subject: subjectOf(email, 'Fwd'), files: [part], ...forwarding};
  }
  if (mode === 'forward') {
    const {quote, files} = withPictures(app, email);
    return {identity, subject: subjectOf(email, 'Fwd'), quote, files, ...forwarding};
  }
  return {identity, subject: subjectOf(email, 'Re'), ...answerTo(email, identities, mode === 'replyAll'), ...referencesOf(email), quote: quoted(email), origin: {id: emailId, keyword: '$answered'}};
}

/** A forwarded letter's pictures stay where they are in the text; its other files are attached. */
function withPictures(app, email) {
  const used = new Set();
  const quote = forwarded(email, (cid) => {
    const part = email.attachments.find((one) => one.cid === cid);
    if (part) used.add(cid);
    return picture(app, part);
  });
  return {quote, files: email.attachments.map((part) => ({...part, disposition: used.has(part.cid) ? 'inline' : 'attachment'}))};
}

function fromMailto(mailto, identities) {
  const {to, cc, bcc, subject, body, inReplyTo} = parseMailto(mailto);
  return {identity: identities[0] ?? null, to, cc, bcc, subject, body: body && {fragment: fromText(body)}, inReplyTo: inReplyTo && [inReplyTo]};
}

async function fromDraft(app, email, identities) {
  if (!email) throw new Error(t('letter.gone'));
  const pictures = new Map(email.attachments.filter(({cid, disposition}) => cid && disposition === 'inline').map((part) => [part.cid, part]));
  const html = email.htmlBody.some(({type}) => type === 'text/html') ? bodyOf(email, 'text/html') : null;
  const body = html ? {fragment: simplified(html.text, (cid) => picture(app, pictures.get(cid)))} : {text: bodyOf(email, 'text/plain')?.text ?? ''};
  const {to, cc, bcc, subject, inReplyTo, references, attachments, [FORWARDS]: forwards} = email;
  return {identity: identityFor(email, identities), to, cc, bcc, subject: subject ?? '', inReplyTo, references, body, files: attachments, forwards, draftId: email.id, origin: (await answered(app, email)) ?? (await forwardedBy(app, forwards))};
}

/** A letter that waits in this browser for a connection. */
function fromOutbox(app, letter, identities) {
  if (!letter) throw new Error(t('letter.gone'));
  const {email, emailId, files, replaces, origin} = letter;
  const {to, cc, bcc, subject, inReplyTo, references, bodyValues, [FORWARDS]: forwards} = email;
  const body = bodyValues.html ? {fragment: simplified(bodyValues.html.value, (cid) => picture(app, files.find((file) => file.cid === cid)))} : {text: bodyValues.text.value};
  return {identity: identityFor(email, identities), to, cc, bcc, subject, inReplyTo, references, body, files, forwards, draftId: replaces ?? emailId ?? null, letterId: letter.id, origin: origin ?? null};
}

/** A picture that stands in the text of a draft. */
export function picture(app, part) {
  if (!part) return null;
  const img = document.createElement('img');
  img.src = part.blobId ? app.jmap.downloadURL(part.blobId, 'picture', part.type) : URL.createObjectURL(new Blob([part.file], {type: part.type}));
  img.alt = part.name ?? '';
  img.dataset.cid = part.cid;
  return img;
}

/** The letter that a draft answers: it lies in the same thread. */
async function answered(app, {inReplyTo, threadId}) {
  if (!inReplyTo?.length) return null;
  const [, {list}] = await app.jmap.calls([
    ['Thread/get', {ids: [threadId]}],
    ['Email/get', {'#ids': {resultOf: 0, name: 'Thread/get', path: '/list/*/emailIds'}, properties: ['messageId']}],
  ]);
  const found = list.find(({messageId}) => messageId?.some((one) => inReplyTo.includes(one)));
  return found ? {id: found.id, keyword: '$answered'} : null;
}

/** The letter that a draft forwards. */
async function forwardedBy(app, messageIds) {
  if (!messageIds?.length) return null;
  const {ids} = await app.jmap.call('Email/query', {filter: {header: ['Message-ID', messageIds[0]]}, limit: 1});
  return ids.length ? {id: ids[0], keyword: '$forwarded'} : null;
}
