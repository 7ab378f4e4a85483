import {el, iconButton} from './dom.js';
import {t} from './i18n.js';

let count = 0;

/**
 * Opens a dialog over the page. Escape and the cross close it, and a click beside it, unless there is a form in it: what was
 * typed is not lost by a slip. What had the focus gets it back, and the page's keys rest meanwhile.
 * @param {string} title
 * @param {Array} content
 * @param {{kind?: string, onclose?: function()}} [options] `kind` are its classes.
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, content, {kind = '', onclose = () => {}} = {}) {
  const id = `dialog-${count += 1}`;
  const before = document.activeElement;
  const dialog = el('dialog', {'aria-labelledby': id, class: kind || null},
    el('div.head', {}, el('h2', {id, dir: 'auto'}, title), iconButton('close', t('core.close'), () => dialog.close())), content);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
    onclose();
  });
  dialog.addEventListener('pointerdown', (event) => {
    if (event.target === dialog && isBeside(dialog, event) && !dialog.querySelector('form')) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => { if (event.key !== 'Escape') event.stopPropagation(); });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('[autofocus]')?.focus();
  return dialog;
}

/** A click beside the dialog is one on it, but outside of its box. */
function isBeside(dialog, {clientX, clientY}) {
  const {left, right, top, bottom} = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/**
 * Asks something before anything else can be done. Escape and the cross answer null.
 * @param {{title: string, body?: Array, actions?: Array<{label: string, value: *, kind?: string}>, className?: string, isLenient?: boolean}} question
 *   `kind` of an action is a class of its button: `primary` (which Enter chooses) or `danger`; `value` may be a function,
 *   called when the action is chosen: false keeps the dialog open. `isLenient`: what the fields hold is looked at by that
 *   function alone.
 * @param {function(HTMLDialogElement, function(*))} [prepare] called with the dialog and what closes it with an answer.
 * @returns {Promise<*>}
 */
export function askFor({title, body = [], actions = [], className = '', isLenient = false}, prepare) {
  return new Promise((resolve) => {
    let answer = null;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    const choose = ({value}) => {
      const chosen = typeof value === 'function' ? value() : value;
      if (chosen !== false) close(chosen);
    };
    const primary = actions.find(({kind}) => kind === 'primary');
    const buttons = actions.map((action) => el(action.kind ? `button.${action.kind}` : 'button', {
      type: action === primary ? 'submit' : 'button', onclick: action === primary ? null : () => choose(action),
    }, action.label));
    const submit = (event) => {
      event.preventDefault();
      if (primary) choose(primary);
    };
    const form = el('form', {novalidate: isLenient, onsubmit: submit}, body, buttons.length > 0 && el('div.question-actions', {}, buttons));
    const dialog = openDialog(title, [form], {kind: `question ${className}`.trim(), onclose: () => resolve(answer)});
    prepare?.(dialog, close);
  });
}

/**
 * Asks whether something is meant; `kind` is that of the button, `danger` for what can't be undone.
 * @returns {Promise<boolean>}
 */
export async function confirm({title, text, action, kind = 'danger'}) {
  return await askFor({
    title, body: [el('p', {}, text)],
    actions: [{label: action, value: true, kind}, {label: t('core.cancel'), value: null}],
  }) === true;
}
