import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {FORWARDS} from '../letter/details.js';
import {shown} from '../letter/names.js';
import {picture} from './beginning.js';
import {Editor} from './editor.js';
import {Files} from './files.js';
import {Recipients} from './recipients.js';
import {signature} from './reply.js';

/** What a letter is made of, to be filled in: from whom, to whom, about what, the text, the files. */
export class Form {
  #app;
  #start;
  #identities;
  #onchange;
  #from;
  #to = {};
  #more;
  #subject;
  #editor;
  #chooser;
  /** @type {Files} */
  files;
  /** What stands in the panel, from top to bottom. */
  parts;

  /**
   * @param {Object} start as `beginning.js` makes it.
   * @param {Object[]} identities
   * @param {function()} onchange called when something was changed by whoever writes.
   */
  constructor(app, start, identities, onchange) {
    this.#app = app;
    this.#start = start;
    this.#identities = identities;
    this.#onchange = onchange;
    this.#build();
    this.#begin();
  }

  #build() {
    const address = ({name, email}) => shown(name ? `${name} <${email}>` : email);
    for (const name of ['to', 'cc', 'bcc']) this.#to[name] = new Recipients(this.#app, {label: t(`letter.${name}`), onchange: this.#onchange});
    this.#from = el('select', {onchange: () => this.#identityChosen()}, ...this.#identities.map((one) => el('option', {value: one.id}, address(one))));
    this.#subject = el('input.subject', {type: 'text', 'aria-label': t('letter.subject'), placeholder: t('letter.subject'), dir: 'auto', oninput: this.#onchange});
    this.#editor = new Editor({oninput: this.#onchange, onfiles: (files) => this.attach(files)});
    this.files = new Files(this.#app, this.#onchange);
    this.#chooser = el('input', {type: 'file', multiple: true, hidden: true, onchange: () => { this.attach([...this.#chooser.files]); this.#chooser.value = ''; }});
    this.#more = el('button.quiet.more-fields', {type: 'button', onclick: () => { this.#showCopies(true); this.#to.cc.focus(); }}, t('compose.copies'));
    this.parts = [
      el('div.composer-fields', {}, this.#identities.length > 1 && el('label.from', {}, el('span.field-name', {}, t('letter.from')), this.#from),
        el('div.to-row', {}, this.#to.to.element, this.#more), this.#to.cc.element, this.#to.bcc.element, this.#subject),
      this.#editor.tools, this.#editor.element, this.files.element, this.#chooser,
    ];
  }

  #begin() {
    const {identity, to, cc, bcc, subject, body, quote, files} = this.#start;
    if (identity) this.#from.value = identity.id;
    for (const [name, value] of Object.entries({to, cc, bcc})) this.#to[name].value = value;
    this.#showCopies(Boolean(cc?.length || bcc?.length));
    this.#subject.value = subject ?? '';
    this.files.take(files ?? []);
    if (this.isOld) this.#editor.set(body); else this.#editor.set({fragment: this.#firstText(body, quote)});
  }

  /** An empty line, the signature, the quote. */
  #firstText(body, quote) {
    const fragment = document.createDocumentFragment();
    fragment.append(body?.fragment ?? el('div', {}, el('br')));
    const own = signature(this.identity);
    if (own) fragment.append(el('div', {}, el('br')), own);
    if (quote) fragment.append(el('div', {}, el('br')), quote);
    return fragment;
  }

  /** Whether the letter was begun before. */
  get isOld() { return Boolean(this.#start.draftId || this.#start.letterId); }
  get identity() { return this.#identities.find(({id}) => id === this.#from.value) ?? this.#identities[0] ?? null; }
  get subject() { return this.#subject.value; }
  get text() { return this.#editor.text; }
  /** Everybody it goes to. */
  get recipients() { return [...this.#addresses('to') ?? [], ...this.#addresses('cc') ?? [], ...this.#blindCopies ?? []]; }
  /** What was typed for an address and is none. */
  get invalid() { return Object.values(this.#to).flatMap((field) => field.invalid); }
  /** The files as the outbox keeps them. */
  get letterFiles() { return this.files.letters(this.#editor.pictures); }

  #addresses(name) { return this.#to[name].value.length ? this.#to[name].value : null; }

  /** With those whom the identity always sends a copy to. */
  get #blindCopies() {
    const written = this.#addresses('bcc');
    const own = this.identity?.bcc;
    if (!own?.length) return written;
    return [...written ?? [], ...own.filter(({email}) => !written?.some((other) => other.email === email))];
  }

  /** The letter as Email/set creates it (RFC 8621 §4.6). @param {string} mailboxId where the draft lies. */
  email(mailboxId) {
    const {identity, text} = this;
    const {inReplyTo, references, forwards} = this.#start;
    const {html} = this.#editor;
    const attachments = this.files.parts(this.#editor.pictures);
    return {
      mailboxIds: {[mailboxId]: true}, keywords: {$draft: true, $seen: true},
      ...(identity && {from: [{name: identity.name || null, email: identity.email}]}), ...(identity?.replyTo && {replyTo: identity.replyTo}),
      to: this.#addresses('to'), cc: this.#addresses('cc'), bcc: this.#blindCopies, subject: this.subject.replace(/[\r\n]+/g, ' '),
      ...(inReplyTo && {inReplyTo}), ...(references && {references}), ...(forwards?.length && {[FORWARDS]: forwards}),
      textBody: [{partId: 'text', type: 'text/plain'}], ...(html !== null && {htmlBody: [{partId: 'html', type: 'text/html'}]}),
      bodyValues: {text: {value: text}, ...(html !== null && {html: {value: html}})},
      ...(attachments.length && {attachments}),
    };
  }

  /** The cursor goes where something is missing. */
  focus() {
    if (this.#to.to.isEmpty) this.#to.to.focus(); else if (!this.subject) this.#subject.focus(); else this.#editor.focus();
  }

  /** What was typed for an address and not finished becomes one. */
  commit() { for (const field of Object.values(this.#to)) field.commit(); }

  /** Marks those that a server refused. @param {string[]} emails */
  refuse(emails) { for (const field of Object.values(this.#to)) field.refuse(emails); }

  chooseFiles() { this.#chooser.click(); }

  /** Attaches files. A picture that is pasted without a name is one of the screen: it belongs in the text. */
  async attach(files) {
    const isPicture = ({type}) => ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(type);
    const [only] = files;
    if (files.length === 1 && this.#editor.isRich && isPicture(only) && /^image\.\w+$/.test(only.name)) return this.#insert(only);
    await this.files.add(files);
  }

  async #insert(file) {
    const cid = `${crypto.getRandomValues(new Uint32Array(3)).join('.')}@restante`;
    const [part] = await this.files.add([file], cid);
    if (part && !part.error) this.#editor.insertPicture(picture(this.#app, part));
  }

  #identityChosen() {
    if (!this.isOld) this.#editor.sign(signature(this.identity));
    this.#onchange();
  }

  #showCopies(isShown) {
    for (const name of ['cc', 'bcc']) this.#to[name].element.hidden = !isShown;
    this.#more.hidden = isShown;
  }
}
