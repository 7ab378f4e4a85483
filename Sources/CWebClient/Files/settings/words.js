/** What the server tells in words of its own, said in the reader's language. */
import {el, icon} from '../core/dom.js';
import {said} from '../core/form.js';
import {dateName, t} from '../core/i18n.js';

/** Which advice belongs to a failure: what a person can do depends on its class (docs/protocols.md). */
const CLASSES = {
  network: ['unknownHost', 'connectionRefused', 'unreachable', 'timeout', 'connectionClosed'],
  identity: ['tlsFailed', 'certificateRejected', 'tlsUnavailable', 'injection', 'signInDowngraded', 'serverUnproven'],
  changed: ['certificateChanged'],
  credential: ['missingPassword', 'authenticationFailed', 'signInUnavailable'],
  wait: ['inUse', 'loginDelay', 'throttled', 'serverTemporary', 'interrupted', 'postponed', 'unavailable', 'connectionClosed'],
  provider: ['serverPermanent', 'noUniqueIDs', 'refused', 'protocolError', 'limitExceeded', 'listingMismatch'],
  local: ['storage', 'notAllowed'],
};

/** The catalogue's text, or null where it has none. */
function known(key, parameters) {
  const text = t(key, parameters);
  return text === key ? null : text;
}

/**
 * A failure: what it is, what to do, and the server's own sentence for whoever wants it.
 * @param {{type: string, description: string}} error
 */
export function failure(error) {
  const kind = Object.keys(CLASSES).find((name) => CLASSES[name].includes(error.type));
  return el('div.failure', {},
    el('p', {}, icon('warning'), ' ', known(`settings.error.${error.type}`) ?? said(error.description)),
    kind && el('p', {}, t(`settings.advice.${kind}`)),
    error.description && el('details', {}, el('summary', {}, t('settings.exactly')), el('p', {}, said(error.description))));
}

/** A failure in one short text, for a table. */
export const failureName = (error) => known(`settings.error.${error.type}`) ?? error.description ?? error.type;

/** Why the next poll is when it is. */
export const causeName = (cause) => known(`settings.cause.${cause.type}`) ?? cause.description;

/** What a notice says. */
export const noticeName = (notice) => known(`settings.notice.${notice.type}`) ?? said(notice.description);

/**
 * A certificate as it was shown: whose, from whom, until when, and what `certificatePin` would name.
 * @param {{sha256: string, subject: string, issuer: string, notBefore: string, notAfter: string}} certificate
 */
export function certificateFacts(certificate) {
  const isOver = new Date(certificate.notAfter) < new Date();
  return facts([
    [t('settings.certificate.subject'), certificate.subject],
    [t('settings.certificate.issuer'), certificate.issuer],
    [t('settings.certificate.until'), isOver ? t('settings.certificate.over', {date: dateName(certificate.notAfter)}) : dateName(certificate.notAfter)],
    [t('settings.certificate.sha256'), el('code.fingerprint', {}, certificate.sha256.match(/.{1,4}/g).join(' '))],
  ]);
}

/** A list of what is known: names and what they are; rows without a value are left out. */
export function facts(rows) {
  return el('dl.fact-list', {}, rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/**
 * A table with a caption. Its roles are said outright: on a phone a list of things (`isList`) becomes cards, and what is
 * no longer drawn as a table would no longer be read out as one.
 *
 * @param {string} caption
 * @param {string[]} heads
 * @param {Array<Array>} rows the first cell of each is the row's head.
 * @param {{isList?: boolean}} [options]
 */
export function table(caption, heads, rows, {isList = false} = {}) {
  const head = (words) => el('th', {scope: 'col', role: 'columnheader'}, words || el('span.visually-hidden', {}, t('settings.doing')));
  const row = ([first, ...others]) => el('tr', {role: 'row'}, el('th', {scope: 'row', role: 'rowheader'}, first),
    others.map((cell, place) => el('td', {role: 'cell', dataset: {label: heads[place + 1]}}, cell)));
  return el(isList ? 'div.table.is-list' : 'div.table', {role: 'region', 'aria-label': caption, tabindex: '0'}, el('table', {role: 'table'},
    el('caption.visually-hidden', {}, caption),
    el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, heads.map(head))), el('tbody', {role: 'rowgroup'}, rows.map(row))));
}

/** A table that is there for whoever wants the figures of a picture. */
export const figures = (caption, heads, rows) =>
  el('details.figures', {}, el('summary', {}, t('settings.asTable')), table(caption, heads, rows));

/** A part of a page under a heading. */
export const section = (title, ...content) => el('section.part', {}, el('h2', {}, title), content);
