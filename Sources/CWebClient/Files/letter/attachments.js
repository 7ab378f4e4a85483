import {el, icon} from '../core/dom.js';
import {size, t} from '../core/i18n.js';
import {Unreachable} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {bdi, fileName, shown} from './names.js';
import {openAttached} from './attached.js';
import {isPreviewable, preview} from './preview.js';

/**
 * The files that came with a letter: name, kind, size; a click shows what can be shown and downloads the rest.
 * @param {import('../app/app.js').App} app
 * @param {Object} email
 * @param {string|null} html the HTML that is shown: pictures in it are not listed once more.
 */
export function attachmentList(app, email, html) {
  const parts = email.attachments.filter((part) => !isShownIn(html, part));
  if (parts.length === 0) return null;
  const octets = parts.reduce((sum, part) => sum + part.size, 0);
  return el('div.attachments', {role: 'group', 'aria-label': t('letter.attachments')},
    el('p.dim', {}, t('letter.attachmentCount', {count: parts.length, size: size(octets)})),
    el('ul', {}, ...parts.map((part) => el('li', {}, entry(app, part, parts)))));
}

const isShownIn = (html, {cid, blobId, disposition}) => html !== null && Boolean(cid) && disposition !== 'attachment' && html.includes(blobId);

function entry(app, part, parts) {
  const name = nameOf(part);
  const facts = el('span.facts', {}, `${shown(part.type)} · `, size(part.size));
  const words = [icon(pictureOf(part.type)), el('span.file', {}, el('span.name', {}, bdi(name)), facts)];
  const download = el('a.icon-link', {
    href: app.jmap.downloadURL(part.blobId, name, part.type), download: name, onclick: (event) => saveKept(app, part, event), 'aria-label': t('letter.downloadFile', {name}), title: t('letter.downloadFile', {name}),
  }, icon('download'));
  const show = () => open(app, part, parts).catch((error) => app.failed(error));
  return [el('button.attachment', {type: 'button', onclick: show, 'aria-label': t('letter.showFile', {name, size: size(part.size)})}, ...words), download];
}

async function open(app, part, parts) {
  if (part.type === 'message/rfc822' || part.type === 'message/global') return openAttached(app, part);
  if (isPreviewable(part)) return preview(app, part, parts.filter(isPreviewable));
  el('a', {href: app.jmap.downloadURL(part.blobId, nameOf(part), part.type), download: nameOf(part), onclick: (event) => saveKept(app, part, event)}).click();
}

/** Without a connection a click on a file's address saves what this browser keeps of it, or says that it keeps nothing. */
export async function saveKept(app, part, event) {
  if (app.jmap.isReachable) return;
  event.preventDefault();
  try {
    const url = URL.createObjectURL(new Blob([await app.jmap.octets(part.blobId, part.type)], {type: 'application/octet-stream'}));
    el('a', {href: url, download: nameOf(part)}).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    if (error instanceof Unreachable) notify(t('letter.fileNotKept'), {isError: true}); else app.failed(error);
  }
}

/** What the sender called a part, or what it is. */
export const nameOf = (part) => fileName(part.name, t(part.type === 'message/rfc822' ? 'letter.attachedMessage' : 'letter.unnamed'));

const pictureOf = (type) => type.startsWith('image/') ? 'image' : type.startsWith('message/') ? 'mail' : 'attach';
