/** Forms: what is asked for has a label, what is wrong stands beside it, and nothing typed is lost when it fails. */
import {el, fill} from './dom.js';
import {t} from './i18n.js';
import {MethodError, Refused, SignedOut, Unreachable} from './jmap.js';

let count = 0;

/** One thing that is asked for: a label, the control, a hint, and room for what is wrong with it. */
export class Field {
  element;
  control;
  #complaint;
  #isCheckbox;

  /**
   * @param {string} name what `Form.values` calls it.
   * @param {string} label
   * @param {{type?: string, value?: *, hint?: string, required?: boolean, choices?: Array<[string, string]>}} [options]
   *   `choices` (value and words) make a list to choose from; `type: 'checkbox'` a switch; any other option is an
   *   attribute of the control.
   */
  constructor(name, label, {type = 'text', value = '', hint, required = false, choices, ...attributes} = {}) {
    count += 1;
    const id = `field${count}`;
    this.name = name;
    this.required = required;
    this.#isCheckbox = type === 'checkbox';
    this.#complaint = el('p.complaint', {id: `${id}e`, role: 'alert'});
    const shared = {
      id, name, 'aria-describedby': hint ? `${id}h ${id}e` : `${id}e`, 'aria-required': required ? 'true' : null, ...attributes,
    };
    if (choices) {
      this.control = el('select', shared, choices.map(([key, words]) => el('option', {value: key, selected: key === String(value)}, words)));
    } else {
      this.control = el('input', {type, ...shared, ...(this.#isCheckbox ? {checked: value === true} : {value: value ?? ''})});
    }
    const hinted = hint && el('p.hint', {id: `${id}h`}, hint);
    this.element = this.#isCheckbox
      ? el('div.field.is-switch', {}, this.control, el('label', {for: id}, label), hinted, this.#complaint)
      : el('div.field', {}, el('label', {for: id}, label), hinted, this.control, this.#complaint);
    this.control.addEventListener('input', () => this.complain(null));
  }

  get value() { return this.#isCheckbox ? this.control.checked : this.control.value; }

  set value(value) {
    if (this.#isCheckbox) this.control.checked = value; else this.control.value = value ?? '';
  }

  get isHidden() { return this.element.hidden; }

  /** Shows or hides it; a hidden one is never missing. */
  set isHidden(isHidden) { this.element.hidden = isHidden; }

  /** Says what is wrong, beside the control. @param {string|Node|null} words null: nothing any more. */
  complain(words) {
    fill(this.#complaint, words);
    if (words) this.control.setAttribute('aria-invalid', 'true'); else this.control.removeAttribute('aria-invalid');
  }
}

/** Fields that are sent together. */
export class Form {
  element;
  #fields;
  #complaint = el('p.complaint', {role: 'alert'});
  #button;
  #run;

  /**
   * @param {Object} options
   * @param {Field[]} options.fields
   * @param {string} options.action what the button says.
   * @param {function(Object<string, *>): Promise} options.run what is done with the values; what it throws is said.
   * @param {Array} [options.content] what is shown, the fields in it; default: the fields, one below the other.
   * @param {Array} [options.beside] more buttons.
   * @param {boolean} [options.isDangerous]
   */
  constructor({fields, action, run, content = fields.map(({element}) => element), beside = [], isDangerous = false}) {
    this.#fields = fields;
    this.#run = run;
    this.#button = el(isDangerous ? 'button.danger' : 'button.primary', {type: 'submit'}, action);
    this.element = el('form.form', {novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submit(); }},
      content, this.#complaint, el('div.button-row', {}, this.#button, beside));
  }

  /** What stands in the fields, by their names; texts without the blanks around them, but for passwords. */
  get values() {
    return Object.fromEntries(this.#fields.map((field) =>
      [field.name, typeof field.value === 'string' && field.control.type !== 'password' ? field.value.trim() : field.value]));
  }

  /** The button that sends it. */
  get button() { return this.#button; }

  /** Puts the cursor where one begins. */
  focus() { this.#fields.find(({control}) => control.checkVisibility())?.control.focus(); }

  async #submit() {
    if (this.#button.disabled || !this.check()) return;
    await this.pending(this.#button, () => this.#run(this.values));
  }

  /** Whether all that is wanted is there; says what is not. */
  check() {
    this.complain(null);
    const missing = this.#fields.filter((field) => field.required && !field.element.closest('[hidden]') && !field.value);
    for (const field of missing) field.complain(t('core.missing'));
    this.#show(missing[0]);
    return missing.length === 0;
  }

  /** Does something of the form's, the button waiting meanwhile; what fails is said. @returns whether it was done. */
  async pending(button, work) {
    this.complain(null);
    button.disabled = true;
    this.element.setAttribute('aria-busy', 'true');
    try {
      await work();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      button.disabled = false;
      this.element.removeAttribute('aria-busy');
    }
  }

  /** Says what went wrong: beside the field that an error names, else at the end of the form. */
  fail(error) {
    if (error instanceof SignedOut) return;
    const asked = this.#fields.find(({name}) => name === 'currentPassword');
    const named = error.type === 'forbidden' && asked ? [asked.name] : error.properties ?? [];
    const field = this.#fields.find(({name}) => named.includes(name));
    if (!field) return this.complain(sentence(error));
    field.complain(field === asked ? t('core.wrongCurrentPassword') : sentence(error));
    this.#show(field);
  }

  complain(words) { fill(this.#complaint, words); }

  #show(field) {
    if (!field) return;
    for (let details = field.element.closest('details'); details; details = details.parentElement.closest('details')) details.open = true;
    field.control.focus();
  }
}

/** What is wrong with one field, found here; thrown by a form's `run`. */
export class Wrong extends Error {
  constructor(name, words) {
    super(words);
    this.properties = [name];
  }
}

/** What an error says to people. What the server says it says in English, and is marked so. */
export function sentence(error) {
  if (error instanceof Unreachable) return t('core.unreachable');
  if (error instanceof Refused && error.status === 429) return t('core.tooManyTries');
  if (error instanceof Wrong) return error.message;
  if (error instanceof MethodError || error instanceof Refused) return said(error.message);
  console.error(error);
  return t('core.failed', {reason: error.message});
}

/** The server's own words. */
export const said = (words) => el('span', {lang: 'en'}, words);
