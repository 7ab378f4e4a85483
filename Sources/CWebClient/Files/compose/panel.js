import {el, fill, icon, iconButton} from '../core/dom.js';
import {longDate, shortDate, t} from '../core/i18n.js';
import {SUBMISSION, Unreachable} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {address} from '../core/router.js';
import {ask} from '../letter/dialog.js';
import {shown} from '../letter/names.js';
import {picture} from './beginning.js';
import {forgotten} from './checks.js';
import {Draft} from './draft.js';
import {Editor} from './editor.js';
import {Files} from './files.js';
import {place} from './places.js';
import {askTime} from './questions.js';
import {Recipients} from './recipients.js';
import {signature} from './reply.js';
import {GRACE, send, takeBack, whyNot} from './send.js';
import {newLetterId} from '../offline/outbox.js';

const WHOLE_SCREEN = matchMedia('(max-width: 45rem)');

/** The panel in which a letter is written: fields, text, files; saved as one writes. */
export class Panel {
  #app;
  #start;
  #identities;
  #actions;
  #draft;
  #draftsId = null;
  #isDirty = false;
  #isOver = false;
  #from;
  #fields = {};
  #subject;
  #editor;
  #files;
  #saved = el('span.saved', {role: 'status'});
  #complaint = el('div.complaint', {role: 'alert'});
  #send;
  #stops = [];
  element;

  /** @param {Object} start as `beginning.js` makes it. @param {{onclosed: function(), onreopen: function(Object)}} actions */
  constructor(app, start, identities, actions) {
    this.#app = app;
    this.#start = start;
    this.#identities = identities;
    this.#actions = actions;
    this.#keep({emailId: start.draftId ?? null, letterId: start.letterId ?? null});
    this.#build();
    this.#begin();
    this.#watch();
  }

  #keep(before) {
    this.#draft = new Draft(this.#app, before, {onsaved: (id) => this.#renameFiles(id), files: () => this.#files.letters(this.#editor.pictures), origin: this.#start.origin ?? null});
    this.#draft.addEventListener('state', ({detail}) => this.#tell(detail));
  }

  async #renameFiles(id) {
    if (this.#files.count === 0) return;
    const {list} = await this.#app.jmap.call('Email/get', {ids: [id], properties: ['attachments']});
    this.#files.rename(list[0]?.attachments ?? []);
  }

  /** Whether it was begun before. */
  get #isOld() { return Boolean(this.#start.draftId || this.#start.letterId); }
  get letterId() { return this.#draft.letterId; }
  get draftId() { return this.#draft.emailId; }

  /** The cursor goes where something is missing. */
  focus() {
    if (this.#fields.to.isEmpty) this.#fields.to.focus(); else if (!this.#subject.value) this.#subject.focus(); else this.#editor.focus();
  }

  #build() {
    const touched = () => this.#touched();
    for (const name of ['to', 'cc', 'bcc']) this.#fields[name] = new Recipients(this.#app, {label: t(`letter.${name}`), onchange: touched});
    this.#from = el('select', {onchange: () => this.#identityChosen()}, ...this.#identities.map((one) => el('option', {value: one.id}, shown(one.name ? `${one.name} <${one.email}>` : one.email))));
    this.#subject = el('input.subject', {type: 'text', 'aria-label': t('letter.subject'), placeholder: t('letter.subject'), dir: 'auto', oninput: touched});
    this.#editor = new Editor({oninput: touched, onfiles: (files) => this.#attach(files)});
    this.#files = new Files(this.#app, touched);
    const chooser = el('input', {type: 'file', multiple: true, hidden: true, onchange: () => { this.#attach([...chooser.files]); chooser.value = ''; }});
    this.#send = el('button.primary', {type: 'button', onclick: () => this.#sendNow()}, icon('sent'), ' ', t('compose.send'));
    const more = el('button.quiet.more-fields', {type: 'button', onclick: () => this.#showCopies(true)}, t('compose.copies'));
    const title = el('h2', {id: 'composer-title'}, t(`compose.${this.#start.origin?.keyword === '$answered' ? 'titleReply' : this.#start.origin ? 'titleForward' : 'titleNew'}`));
    this.element = el('section.composer', {role: 'dialog', 'aria-labelledby': 'composer-title', 'aria-modal': String(WHOLE_SCREEN.matches), onkeydown: (event) => this.#key(event), ondragover: (event) => this.#over(event), ondrop: (event) => this.#dropped(event)},
      el('div.head', {}, title, this.#saved, iconButton('close', t('compose.close'), () => this.close())),
      el('div.composer-fields', {}, this.#identities.length > 1 && el('label.from', {}, el('span.field-name', {}, t('letter.from')), this.#from),
        el('div.to-row', {}, this.#fields.to.element, more), this.#fields.cc.element, this.#fields.bcc.element, this.#subject),
      this.#editor.tools, this.#editor.element, this.#files.element, this.#complaint,
      el('div.foot', {}, this.#send, el('button', {type: 'button', onclick: () => this.#sendThen()}, t('compose.later')), chooser,
        iconButton('attach', t('compose.attach'), () => chooser.click()), el('span.space'), iconButton('trash', t('compose.discard'), () => this.#discard())));
  }

  #begin() {
    const {identity, to, cc, bcc, subject, body, quote, files} = this.#start;
    if (identity) this.#from.value = identity.id;
    for (const [name, value] of Object.entries({to, cc, bcc})) this.#fields[name].value = value;
    this.#showCopies(Boolean(cc?.length || bcc?.length));
    this.#subject.value = subject ?? '';
    this.#files.take(files ?? []);
    if (this.#isOld) this.#editor.set(body); else this.#editor.set({fragment: this.#firstText(body, quote)});
    if (!this.#identities.length) this.#complain(el('span', {}, t('compose.noIdentity'), ' ', this.#settingsLink()));
  }

  /** An empty line, the signature, the quote. */
  #firstText(body, quote) {
    const fragment = document.createDocumentFragment();
    fragment.append(body?.fragment ?? el('div', {}, el('br')));
    const own = signature(this.#identity);
    if (own) fragment.append(el('div', {}, el('br')), own);
    if (quote) fragment.append(el('div', {}, el('br')), quote);
    return fragment;
  }

  #watch() {
    const leave = () => { if (document.visibilityState === 'hidden') this.#saveNow(); };
    const back = async ({detail}) => {
      if (!detail) return;
      await this.#files.retry();
      this.#saveNow();
    };
    document.addEventListener('visibilitychange', leave);
    this.#app.jmap.addEventListener('reachable', back);
    this.#stops = [() => document.removeEventListener('visibilitychange', leave), () => this.#app.jmap.removeEventListener('reachable', back)];
    place(this.#app, 'drafts').then((id) => { this.#draftsId = id; }, (error) => this.#app.failed(error));
  }

  get #identity() { return this.#identities.find(({id}) => id === this.#from.value) ?? this.#identities[0] ?? null; }

  #identityChosen() {
    if (!this.#isOld) this.#editor.sign(signature(this.#identity));
    this.#touched();
  }

  #showCopies(isShown) {
    for (const name of ['cc', 'bcc']) this.#fields[name].element.hidden = !isShown;
    this.element.querySelector('.more-fields').hidden = isShown;
    if (isShown && this.element.isConnected) this.#fields.cc.focus();
  }

  #touched() {
    this.#isDirty = true;
    if (this.#draftsId) this.#draft.later(() => this.#email());
  }

  #saveNow() {
    if (this.#isDirty && this.#draftsId && !this.#isOver) return this.#draft.save(this.#email()).catch(() => {});
    return null;
  }

  /** The letter as Email/set creates it (RFC 8621 §4.6). */
  #email() {
    const identity = this.#identity;
    const {inReplyTo, references} = this.#start;
    const addresses = (name) => this.#fields[name].value.length ? this.#fields[name].value : null;
    const html = this.#editor.html;
    const attachments = this.#files.parts(this.#editor.pictures);
    const {text} = this.#editor;
    return {
      mailboxIds: {[this.#draftsId]: true}, keywords: {$draft: true, $seen: true},
      ...(identity && {from: [{name: identity.name || null, email: identity.email}]}), ...(identity?.replyTo && {replyTo: identity.replyTo}),
      to: addresses('to'), cc: addresses('cc'), bcc: withOwn(addresses('bcc'), identity?.bcc), subject: this.#subject.value.replace(/[\r\n]+/g, ' '),
      ...(inReplyTo && {inReplyTo}), ...(references && {references}),
      textBody: [{partId: 'text', type: 'text/plain'}], ...(html !== null && {htmlBody: [{partId: 'html', type: 'text/html'}]}),
      bodyValues: {text: {value: text}, ...(html !== null && {html: {value: html}})},
      ...(attachments.length && {attachments}),
    };
  }

  #tell(state) {
    fill(this.#saved, state === 'saved' ? t('compose.savedAt', {time: shortDate(new Date())}) : t(`compose.${state}`));
    this.#saved.classList.toggle('is-bad', state === 'failed');
  }

  #complain(...words) { fill(this.#complaint, ...words); }

  #settingsLink() {
    return el('a', {href: address(['settings']), onclick: () => this.close()}, t('compose.toSettings'));
  }

  async #attach(files) {
    const isPicture = ({type}) => ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(type);
    // What is pasted without a name is a picture of the screen: it belongs in the text.
    const [only] = files;
    if (files.length === 1 && this.#editor.isRich && isPicture(only) && /^image\.\w+$/.test(only.name)) return this.#insert(only);
    await this.#files.add(files);
  }

  async #insert(file) {
    const cid = `${crypto.getRandomValues(new Uint32Array(3)).join('.')}@restante`;
    const [part] = await this.#files.add([file], cid);
    if (part && !part.error) this.#editor.insertPicture(picture(this.#app, part));
  }

  #over(event) {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault();
  }

  #dropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#files.add([...event.dataTransfer.files]);
  }

  #key(event) {
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#sendNow();
    else if (event.key === 'Tab' && WHOLE_SCREEN.matches && this.#isAtEdge(event)) this.#wrap(event);
    else {
      // The page's keys of one character would fire from the panel's buttons.
      if (event.key.length === 1) event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  get #stopsOfTab() {
    return [...this.element.querySelectorAll('button, input, select, textarea, a[href], [contenteditable]')].filter((one) => one.tabIndex >= 0 && one.checkVisibility());
  }

  #isAtEdge({shiftKey, target}) { return this.#stopsOfTab.at(shiftKey ? 0 : -1) === target; }

  /** Where the panel is all there is to see, the keyboard stays in it. */
  #wrap({shiftKey}) { this.#stopsOfTab.at(shiftKey ? -1 : 0).focus(); }

  async #sendThen() {
    const longest = this.#app.jmap.capability(SUBMISSION)?.maxDelayedSend ?? 0;
    const when = await askTime(longest);
    if (when) await this.#sendAt(when);
  }

  #sendNow() { return this.#sendAt(null); }

  async #sendAt(when) {
    this.#complain();
    for (const field of Object.values(this.#fields)) field.commit();
    const problem = this.#whatIsMissing();
    if (problem) return this.#complain(problem);
    const questions = forgotten({subject: this.#subject.value, text: this.#editor.text, fileCount: this.#files.count});
    if (questions.length && !await ask(t('compose.really'), questions.join(' '), t('compose.sendAnyway'))) return;
    this.#send.disabled = true;
    try {
      await this.#draft.save(this.#email());
      await this.#draft.end();
      await (this.#draft.isHere ? this.#submitLater(when) : this.#submit(when));
    } catch (error) {
      this.#revive();
      this.#refused(error);
    } finally {
      this.#send.disabled = false;
    }
  }

  #whatIsMissing() {
    const {to, cc, bcc} = this.#fields;
    const all = [to, cc, bcc];
    if (!this.#app.jmap.capability(SUBMISSION)) return t('compose.cannotSend');
    if (!this.#identity) return el('span', {}, t('compose.noIdentity'), ' ', this.#settingsLink());
    const wrong = all.flatMap((field) => field.invalid);
    if (wrong.length) return t('compose.invalidRecipients', {addresses: shown(wrong.map(({email}) => email).join(', '))});
    if (all.every((field) => field.value.length === 0) && !this.#identity.bcc?.length) return t('compose.noRecipients');
    if (this.#files.isUploading) return t('compose.stillUploading');
    return this.#draftsId ? null : t('core.unreachable');
  }

  /** After a refusal one writes on, in the draft that there is. */
  #revive() {
    const {emailId, letterId} = this.#draft;
    this.#keep({emailId, letterId});
    if (emailId) this.#draft.isAlready(this.#email());
  }

  #recipients() {
    const {to, cc, bcc} = this.#email();
    return [...to ?? [], ...cc ?? [], ...bcc ?? []];
  }

  async #submit(when) {
    const emailId = this.#draft.emailId;
    const delay = when ? (when - Date.now()) / 1000 : GRACE;
    let id;
    try {
      id = await send(this.#app, {emailId, identity: this.#identity, recipients: this.#recipients(), delay});
    } catch (error) {
      if (!(error instanceof Unreachable) || !this.#app.outbox) throw error;
      // Whether it was taken is asked before it is sent again.
      const {attachments, ...email} = this.#email();
      await this.#app.outbox.put({id: newLetterId(), emailId, email, files: [], replaces: null, sending: this.#sending(when), origin: this.#start.origin ?? null});
      this.#end();
      return notify(t('compose.waitsHere'));
    }
    const {origin} = this.#start;
    const mark = origin && this.#app.changes.update('Email', {[origin.id]: {[`keywords/${origin.keyword}`]: true}});
    this.#end();
    const undo = async () => {
      try {
        await takeBack(this.#app, id, emailId);
        mark?.undo();
        this.#actions.onreopen({mode: 'draft', emailId});
      } catch (error) {
        this.#app.failed(error);
      }
    };
    notify(when ? t('compose.willBeSent', {when: longDate(when)}) : t('compose.sent'), {onundo: undo});
  }

  #sending(when) {
    return {identity: this.#identity, recipients: this.#recipients(), at: when ? when.getTime() : null, origin: this.#start.origin ?? null};
  }

  /** Without a connection the outbox has it, and sends it when there is one. */
  async #submitLater(when) {
    const letterId = await this.#draft.queue(this.#email(), this.#sending(when));
    this.#end();
    notify(t('compose.waitsHere'), {onundo: () => this.#actions.onreopen({mode: 'letter', letterId})});
  }

  #refused(error) {
    const words = whyNot(error);
    for (const field of Object.values(this.#fields)) field.refuse(error.error?.invalidRecipients ?? []);
    this.#complain(words, error.type === 'forbiddenToSend' && [' ', this.#settingsLink()]);
  }

  /** Throws the letter away: into the trash, from where it can be had back. */
  async #discard() {
    const isWritten = this.#isDirty || this.#isOld;
    try {
      if (this.#isDirty && this.#draftsId) await this.#draft.save(this.#email());
      await this.#draft.end();
      this.#end();
      if (this.#draft.isHere) return this.#dropHere();
      const {emailId} = this.#draft;
      if (!isWritten || !emailId) return;
      const trash = await place(this.#app, 'trash');
      const change = this.#app.changes.update('Email', {[emailId]: {mailboxIds: {[trash]: true}}});
      notify(t('compose.discarded'), {onundo: () => this.#restore(emailId, change)});
    } catch (error) {
      this.#app.failed(error);
    }
  }

  /** What lies in this browser alone is deleted there; its draft at the server, if there is one, goes to the trash. */
  async #dropHere() {
    const letter = await this.#app.outbox.get(this.#draft.letterId);
    await this.#draft.drop();
    const {emailId} = this.#draft;
    const trash = await place(this.#app, 'trash');
    const change = emailId && this.#app.changes.update('Email', {[emailId]: {mailboxIds: {[trash]: true}}});
    const undo = async () => {
      change?.undo();
      await this.#app.outbox.put(letter);
      this.#actions.onreopen({mode: 'letter', letterId: letter.id});
    };
    notify(t('compose.discardedHere'), {onundo: () => undo().catch((error) => this.#app.failed(error))});
  }

  async #restore(emailId, change) {
    try {
      await change.done;
      await this.#app.changes.update('Email', {[emailId]: {mailboxIds: {[this.#draftsId]: true}}}).done;
      this.#actions.onreopen({mode: 'draft', emailId});
    } catch (error) {
      this.#app.failed(error);
    }
  }

  /** Closes the panel; what was written stays as a draft. @returns {Promise<boolean>} false: it could not be saved, and is open still. */
  async close() {
    if (this.#isOver) return true;
    for (const field of Object.values(this.#fields)) field.commit();
    const email = this.#isDirty && this.#draftsId ? this.#email() : null;
    if (!email) {
      await this.#draft.leave();
      this.#end();
      return true;
    }
    try {
      await this.#draft.save(email);
      notify(t(this.#draft.isHere ? 'compose.keptHereLong' : 'compose.kept'));
      await this.#draft.leave();
      this.#end();
      return true;
    } catch (error) {
      // Whoever closed it now would lose it.
      this.#complain(t('compose.notKept', {reason: error.message}));
      return false;
    }
  }

  #end() {
    this.#isOver = true;
    this.#files.close();
    this.#stops.forEach((stop) => stop());
    this.element.remove();
    this.#actions.onclosed();
  }
}

function withOwn(addresses, own) {
  if (!own?.length) return addresses;
  return [...addresses ?? [], ...own.filter(({email}) => !addresses?.some((other) => other.email === email))];
}
