import {openDialog} from '../core/dialog.js';
import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {fileName, shown} from './names.js';

const LONGEST = 500_000;

/** The message as it came, octet by octet, as text. */
export async function openSource(app, email) {
  const octets = await app.jmap.octets(email.blobId, 'message/rfc822');
  const text = new TextDecoder('utf-8').decode(await octets.slice(0, LONGEST).arrayBuffer());
  openDialog(t('letter.source'), [
    el('pre.source', {tabindex: '0', dir: 'ltr'}, visible(text)), octets.size > LONGEST && el('p.dim', {}, t('letter.cut')),
    el('div.foot', {}, downloadLink(app, email)),
  ].filter(Boolean), {kind: 'letter-dialog is-wide'});
}

/** Every field of the header, in order, unfolded, as a table. */
export async function openHeaders(app, email) {
  const {list: [found]} = await app.jmap.call('Email/get', {ids: [email.id], properties: ['headers']});
  if (!found) throw new Error(t('letter.gone'));
  const {headers} = found;
  const body = el('tbody');
  const show = (word) => fill(body, headers.filter(({name, value}) => `${name}: ${value}`.toLowerCase().includes(word.toLowerCase())).map(({name, value}) =>
    el('tr', {}, el('th', {scope: 'row', dir: 'ltr'}, shown(name)), el('td', {dir: 'auto'}, shown(value.trim())))));
  show('');
  openDialog(t('letter.headers'), [
    el('label', {}, t('letter.filterHeaders'), el('input', {type: 'search', oninput: ({target}) => show(target.value)})),
    el('div.scrolling', {tabindex: '0', role: 'group', 'aria-label': t('letter.headers')}, el('table.headers', {},
      el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('letter.field')), el('th', {scope: 'col'}, t('letter.value')))), body)),
  ], {kind: 'letter-dialog is-wide'});
}

const downloadLink = (app, email) => el('a.button', {href: app.jmap.downloadURL(email.blobId, nameOf(email), 'message/rfc822'), download: nameOf(email)}, t('letter.downloadMessage'));

/** Saves the message as a file that other mail programs open. */
export const download = (app, email) => downloadLink(app, email).click();

const nameOf = (email) => `${fileName(email.subject, t('letter.attachedMessage')).slice(0, 80)}.eml`;

/** Lines stay lines; what would turn or hide text is spelled out. */
const visible = (text) => text.split(/\r?\n/).map((line) => line.split('\t').map(shown).join('\t')).join('\n');
