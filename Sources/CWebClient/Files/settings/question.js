import {el} from '../core/dom.js';
import {Form} from '../core/form.js';
import {t} from '../core/i18n.js';

/**
 * Asks before something is done, and does it: the dialog stays open, and says why, when that fails.
 *
 * @param {Object} question
 * @param {string} question.title
 * @param {Array} [question.body] what there is to know before.
 * @param {import('../core/form.js').Field[]} [question.fields]
 * @param {string} question.action what the button says: the thing that is done, never "OK".
 * @param {function(Object): Promise} question.run
 * @param {boolean} [question.isDangerous]
 * @returns {Promise<boolean>} whether it was done.
 */
export function ask({title, body = [], fields = [], action, run, isDangerous = false}) {
  return new Promise((resolve) => {
    let isDone = false;
    const cancel = el('button', {type: 'button', onclick: () => dialog.close()}, t('core.cancel'));
    const form = new Form({
      fields, action, isDangerous, beside: [cancel],
      run: async (values) => {
        await run(values);
        isDone = true;
        dialog.close();
      },
    });
    const dialog = el('dialog.form-question', {'aria-labelledby': 'form-question', onclose: () => { dialog.remove(); resolve(isDone); }},
      el('h2', {id: 'form-question'}, title), body, form.element);
    document.body.append(dialog);
    dialog.showModal();
    if (fields.length) form.focus(); else cancel.focus();
  });
}
