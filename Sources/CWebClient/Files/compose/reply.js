import {el} from '../core/dom.js';
import {longDate, t} from '../core/i18n.js';
import {bodyOf} from '../letter/details.js';
import {called, sameAddress, shown} from '../letter/names.js';
import {simplified} from '../letter/simple.js';
import {fromText} from './markup.js';

/** What a reply or a forwarded letter begins with: recipients, subject, references (RFC 5322 §3.6.4), quote. */

const MOST_REFERENCES = 100;

/** Whom one writes as: the identity that the letter was sent to, or from; else the first. */
export function identityFor(email, identities) {
  const among = (list) => list?.map(({email: address}) => identities.find((identity) => sameAddress(identity.email) === sameAddress(address))).find(Boolean);
  return among(email?.from) ?? among(email?.to) ?? among(email?.cc) ?? among(email?.bcc) ?? identities[0] ?? null;
}

/** @returns {{to: Object[], cc: Object[]}} who gets the answer; one's own addresses are left out, unless nobody would be left. */
export function answerTo(email, identities, toAll) {
  const isOwn = ({email: address}) => identities.some((identity) => sameAddress(identity.email) === sameAddress(address));
  const sender = email.replyTo?.length ? email.replyTo : email.from ?? [];
  const isMine = (email.from ?? []).some(isOwn);
  // Who answers a letter of their own writes to the same people once more.
  const first = isMine ? email.to ?? [] : sender;
  if (!toAll) return {to: distinct(first), cc: []};
  const to = distinct([...first, ...(isMine ? [] : email.to ?? [])]);
  const others = to.filter((address) => !isOwn(address));
  const rest = others.length ? others : to.slice(0, 1);
  const taken = new Set(rest.map((address) => sameAddress(address.email)));
  return {to: rest, cc: distinct(email.cc ?? []).filter((address) => !isOwn(address) && !taken.has(sameAddress(address.email)))};
}

function distinct(addresses) {
  const seen = new Set();
  return addresses.filter(({email}) => !seen.has(sameAddress(email)) && seen.add(sameAddress(email)));
}

/** The subject with `Re:` or `Fwd:` before it, once. */
export function subjectOf(email, prefix) {
  const subject = (email.subject ?? '').trim();
  const has = prefix === 'Re' ? /^(re|aw|antw|sv|vs|rif|ref)(\[\d+\])?:/i : /^(fwd?|wg|tr|rv):/i;
  return has.test(subject) ? subject : `${prefix}: ${subject}`.trim();
}

/** @returns {{inReplyTo: string[]|null, references: string[]|null}} */
export function referencesOf({messageId, references, inReplyTo}) {
  if (!messageId?.length) return {inReplyTo: null, references: null};
  const before = references?.length ? references : inReplyTo?.length === 1 ? inReplyTo : [];
  return {inReplyTo: messageId, references: [...before, ...messageId].slice(-MOST_REFERENCES)};
}

/** What the letter says, as elements that the editor knows. @param {function(string): (HTMLElement|null)} [picture] by content id. */
function content(email, picture) {
  const html = email.htmlBody.some(({type}) => type === 'text/html') ? bodyOf(email, 'text/html') : null;
  if (html) return simplified(html.text, picture);
  return fromText(bodyOf(email, 'text/plain')?.text.trimEnd() ?? '');
}

const line = (...children) => el('div', {}, ...children);
const blank = () => line(el('br'));

/** A quote under a line that says who wrote it, when. */
export function quoted(email) {
  const when = email.sentAt ?? email.receivedAt;
  return el('div.quoted', {}, line(t('compose.wrote', {date: longDate(when), sender: called(email.from?.[0])})), el('blockquote', {}, content(email)));
}

/** A forwarded letter: who wrote it to whom, then all of it, with its pictures. */
export function forwarded(email, picture) {
  const people = (list) => list?.map(({name, email: address}) => shown(name ? `${name} <${address}>` : address)).join(', ');
  const fact = (word, value) => value && line(el('b', {}, `${t(`letter.${word}`)}: `), value);
  return el('div.quoted', {}, line(t('compose.forwarded')), fact('from', people(email.from)), fact('date', longDate(email.sentAt ?? email.receivedAt)),
    fact('subject', shown(email.subject)), fact('to', people(email.to)), fact('cc', people(email.cc)), blank(), content(email, picture));
}

/** The signature of an identity, or null. */
export function signature(identity) {
  if (!identity?.htmlSignature && !identity?.textSignature) return null;
  const words = identity.htmlSignature ? simplified(identity.htmlSignature) : fromText(identity.textSignature);
  return el('div.own-signature', {}, line('-- '), words);
}
