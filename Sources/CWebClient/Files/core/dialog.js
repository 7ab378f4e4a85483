import {el, iconButton} from './dom.js';
import {t} from './i18n.js';

let count = 0;

/**
 * Asks something before anything else can be done. Escape and the cross answer null.
 * @param {{title: string, body?: Array, actions?: Array<{label: string, value: *, kind?: string}>, className?: string}} question
 *   `kind` of an action is a class of its button: `primary` (which Enter chooses) or `danger`; `value` may be a function,
 *   called when the action is chosen: false keeps the dialog open.
 * @param {function(HTMLDialogElement, function(*))} [prepare] called with the dialog and what closes it with an answer.
 * @returns {Promise<*>}
 */
export function ask({title, body = [], actions = [], className = ''}, prepare) {
  return new Promise((resolve) => {
    const id = `dialog-${++count}`;
    let answer = null;
    const close = (value) => { answer = value; dialog.close(); };
    const choose = ({value}) => {
      const chosen = typeof value === 'function' ? value() : value;
      if (chosen !== false) close(chosen);
    };
    const buttons = actions.map((action) => el(action.kind ? `button.${action.kind}` : 'button', {
      type: action.kind === 'primary' ? 'submit' : 'button', onclick: action.kind === 'primary' ? null : () => choose(action),
    }, action.label));
    const primary = actions.find(({kind}) => kind === 'primary');
    const dialog = el('dialog.question', {'aria-labelledby': id},
      el('form', {onsubmit: (event) => { event.preventDefault(); if (primary) choose(primary); }},
        el('header', {}, el('h2', {id}, title), iconButton('close', t('core.close'), () => close(null))),
        body, buttons.length > 0 && el('div.question-actions', {}, buttons)));
    if (className) dialog.classList.add(className);
    const before = document.activeElement;
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      resolve(answer);
    });
    document.body.append(dialog);
    prepare?.(dialog, close);
    dialog.showModal();
    dialog.querySelector('[autofocus]')?.focus();
  });
}

/** Asks whether something that can't be undone is meant. @returns {Promise<boolean>} */
export async function confirm({title, text, action}) {
  return await ask({
    title, body: [el('p', {}, text)],
    actions: [{label: action, value: true, kind: 'danger'}, {label: t('core.cancel'), value: null}],
  }) === true;
}
