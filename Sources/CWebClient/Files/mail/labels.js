import {askFor} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {remember, remembered} from '../core/stored.js';
import {shown} from '../letter/names.js';
import {isLabel, keywordOf, nameOfKeyword} from '../search/keyword.js';

/**
 * The labels that there are. JMAP lists nobody's keywords, so this browser remembers those that it saw; which letter has which
 * is known to the server, and every device.
 */

const NAME = 'labels';
const MOST = 200;
const COLOURS = 8;

/** The labels of an email's keywords. @returns {string[]} keywords, sorted. */
export const labelsOf = (keywords) => Object.keys(keywords ?? {}).filter(isLabel).sort();

/** What a label is called. */
export const labelName = (keyword) => shown(nameOfKeyword(keyword));

/** A label's colour, the same on every device: a class of the style sheet. */
export const labelColour = (keyword) => `label-${[...keyword].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % COLOURS}`;

/** All labels that this browser knows of, by their names. */
export const knownLabels = () => remembered(NAME, []).filter(isLabel).sort((one, other) => labelName(one).localeCompare(labelName(other)));

/** Remembers the labels of records; @returns {boolean} whether there were new ones. */
export function learnLabels(app, ids) {
  const known = new Set(remembered(NAME, []));
  const before = known.size;
  for (const id of ids) for (const keyword of Object.keys(app.records.Email.get(id)?.keywords ?? {})) if (isLabel(keyword)) known.add(keyword);
  if (known.size === before || before >= MOST) return false;
  remember(NAME, [...known].slice(0, MOST));
  return true;
}

/** No email has it any more, as far as somebody knows: it is offered no longer. */
export function forgetLabel(keyword) { remember(NAME, remembered(NAME, []).filter((other) => other !== keyword)); }

/** The search that finds what has a label. */
export const labelSearch = (keyword) => (/[\s"]/.test(nameOfKeyword(keyword)) ? `label:"${nameOfKeyword(keyword)}"` : `label:${nameOfKeyword(keyword)}`);

/** A label as it is shown. */
export const labelChip = (keyword) => el(`span.label.${labelColour(keyword)}`, {dir: 'auto'}, labelName(keyword));

/**
 * Lets somebody choose labels, and name a new one.
 * @param {Array<Object|null>} emails which are about to get them; empty: a whole list, of which nobody knows what it has.
 * @returns {Promise<{add: string[], remove: string[]}|null>}
 */
export function pickLabels(emails) {
  const boxes = knownLabels().map((keyword) => {
    const count = emails.filter((email) => email?.keywords[keyword]).length;
    const box = el('input', {type: 'checkbox', checked: emails.length > 0 && count === emails.length, indeterminate: count > 0 && count < emails.length});
    return {keyword, box, was: box.indeterminate ? null : box.checked};
  });
  const input = el('input', {name: 'label', maxlength: '60', autocomplete: 'off', autofocus: boxes.length === 0});
  const complaint = el('p.complaint', {role: 'alert'});
  const choose = () => {
    const written = input.value.trim();
    const made = written ? keywordOf(written) : null;
    if (written && !made) {
      complaint.textContent = t('mail.labelWrong');
      return false;
    }
    const changed = boxes.filter(({box, was}) => !box.indeterminate && box.checked !== was);
    const add = changed.filter(({box}) => box.checked).map(({keyword}) => keyword);
    return {add: made && !add.includes(made) ? [...add, made] : add, remove: changed.filter(({box}) => !box.checked).map(({keyword}) => keyword)};
  };
  return askFor({
    title: t('mail.labels'), className: 'is-labels',
    body: [
      el('div.label-choices', {}, boxes.map(({keyword, box}) => el('label.switch', {}, box, ' ', labelChip(keyword)))),
      el('label', {}, t('mail.newLabel'), input), complaint,
    ],
    actions: [{label: t('mail.setLabels'), kind: 'primary', value: choose}, {label: t('core.cancel'), value: null}],
  });
}
