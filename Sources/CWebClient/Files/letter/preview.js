import {openDialog} from '../core/dialog.js';
import {el, fill, icon} from '../core/dom.js';
import {size, t} from '../core/i18n.js';
import {Unreachable} from '../core/jmap.js';
import {nameOf, saveKept} from './attachments.js';

/** Formats that browsers decode and that hold nothing active. SVG is not one of them. */
export const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']);
const PDF = 'application/pdf';
const LONGEST = 1_000_000;
const LARGEST = 50_000_000;

const isText = (type) => /^text\/(?!html$|rtf$)/.test(type) || type === 'application/json' || type === 'application/xml';

/** Whether something of a part can be shown here. */
export const isPreviewable = ({type, size: octets}) => octets <= LARGEST && (PICTURES.has(type) || type === PDF || isText(type));

/**
 * Shows a file in a dialog; arrows go to the next. Pictures are shown of their octets under a type that this page chose,
 * texts as text, PDFs in a tab of their own: this page's policy lets no frame show what is not of this server, and the
 * server gives files out as downloads only.
 */
export function preview(app, part, parts) {
  const content = el('div.preview', {tabindex: '0', role: 'group'});
  const download = el('a.button', {onclick: (event) => saveKept(app, parts[index], event)}, icon('download'), ' ', t('letter.download'));
  const where = el('span.dim', {role: 'status'});
  let index = parts.indexOf(part);
  let release = () => {};
  const show = async (step) => {
    index = (index + step + parts.length) % parts.length;
    const shownPart = parts[index];
    const name = nameOf(shownPart);
    fill(dialog.querySelector('h2'), name);
    fill(where, parts.length > 1 && t('letter.place', {at: index + 1, count: parts.length}));
    content.setAttribute('aria-label', name);
    download.href = app.jmap.downloadURL(shownPart.blobId, name, shownPart.type);
    download.download = name;
    release();
    release = () => {};
    fill(content, el('p', {}, t('letter.loading', {size: size(shownPart.size)})));
    try {
      const made = await picture(app, shownPart, name);
      if (parts[index] === shownPart && dialog.open) {
        release = made.release;
        fill(content, made.element);
      } else made.release();
    } catch (error) {
      fill(content, el('p.complaint', {}, error instanceof Unreachable ? t('letter.fileNotKept') : t('core.failed', {reason: error.message})));
    }
  };
  const button = (word, step) => el('button', {type: 'button', onclick: () => show(step)}, t(`letter.${word}`));
  const dialog = openDialog('', [content, el('div.foot', {}, parts.length > 1 && [button('previousFile', -1), button('nextFile', 1)], where, download)].flat(),
    {kind: 'letter-dialog is-preview', onclose: () => release()});
  dialog.addEventListener('keydown', ({key, target}) => {
    if (parts.length > 1 && target !== content && (key === 'ArrowLeft' || key === 'ArrowRight')) show(key === 'ArrowRight' ? 1 : -1);
  });
  show(0);
}

async function picture(app, part, name) {
  const octets = await app.jmap.octets(part.blobId, part.type);
  if (isText(part.type)) return {element: await text(octets, part.charset), release() {}};
  const url = URL.createObjectURL(new Blob([octets], {type: part.type}));
  const release = () => URL.revokeObjectURL(url);
  const element = part.type === PDF
    ? el('p', {}, el('a.button.primary', {href: url, target: '_blank', rel: 'noopener'}, t('letter.openPDF')))
    : el('img', {src: url, alt: name, onerror: (event) => event.target.replaceWith(el('p.complaint', {}, t('letter.noPicture')))});
  return {element, release};
}

async function text(octets, charset) {
  const cut = octets.slice(0, LONGEST);
  let decoder;
  try { decoder = new TextDecoder(charset || 'utf-8'); } catch { decoder = new TextDecoder(); }
  return el('div', {}, el('pre', {dir: 'auto'}, decoder.decode(await cut.arrayBuffer())), octets.size > LONGEST && el('p.dim', {}, t('letter.cut')));
}
