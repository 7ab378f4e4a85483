import {el, iconButton} from '../core/dom.js';
import {t} from '../core/i18n.js';

let count = 0;

/**
 * Opens a dialog over the page; Escape and the cross close it, and what had the focus gets it back.
 * @param {string} title
 * @param {Array<Node|string>} content
 * @param {{kind?: string, onclose?: function()}} [options] `kind` is a class.
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, content, {kind = '', onclose = () => {}} = {}) {
  const id = `dialog-${count += 1}`;
  const dialog = el('dialog.letter-dialog', {'aria-labelledby': id},
    el('div.head', {}, el('h2', {id, dir: 'auto'}, title), iconButton('close', t('letter.close'), () => dialog.close())), ...content);
  if (kind) dialog.classList.add(kind);
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose();
  });
  // A click beside the dialog is one on it, but outside of its content.
  dialog.addEventListener('pointerdown', (event) => { if (event.target === dialog && isBeside(dialog, event)) dialog.close(); });
  // The page's keys rest while a dialog is open.
  dialog.addEventListener('keydown', (event) => { if (event.key !== 'Escape') event.stopPropagation(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function isBeside(dialog, {clientX, clientY}) {
  const {left, right, top, bottom} = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Asks a question that has two answers. @returns {Promise<boolean>} */
export function ask(title, text, yes) {
  return new Promise((resolve) => {
    const answer = (value) => () => { dialog.returnValue = value; dialog.close(value); };
    const dialog = openDialog(title, [el('p', {}, text), el('div.buttons', {},
      el('button', {type: 'button', onclick: answer('')}, t('letter.cancel')),
      el('button.primary', {type: 'button', autofocus: true, onclick: answer('yes')}, yes))],
    {kind: 'is-question', onclose: () => resolve(dialog.returnValue === 'yes')});
  });
}
