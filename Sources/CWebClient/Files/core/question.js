import {openDialog} from './dialog.js';
import {el} from './dom.js';
import {Form} from './form.js';
import {t} from './i18n.js';

/**
 * Asks before something is done, and does it: the dialog stays open, and says why, when that fails.
 *
 * @param {Object} question
 * @param {string} question.title
 * @param {Array} [question.body] what there is to know before.
 * @param {import('./form.js').Field[]} [question.fields]
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
    const dialog = openDialog(title, [body, form.element], {kind: 'form-question', onclose: () => resolve(isDone)});
    if (fields.length) form.focus(); else cancel.focus();
  });
}
