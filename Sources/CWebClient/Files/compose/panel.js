import {closedByBack} from '../core/back.js';
import {confirm} from '../core/dialog.js';
import {el, fill, icon, iconButton} from '../core/dom.js';
import {longDate, shortDate, t} from '../core/i18n.js';
import {SUBMISSION, Unreachable} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {ONE_PANE} from '../core/screen.js';
import {address} from '../core/router.js';
import {shown} from '../letter/names.js';
import {newLetterId} from '../offline/outbox.js';
import {forgotten} from './checks.js';
import {Draft} from './draft.js';
import {Form} from './form.js';
import {place} from './places.js';
import {askTime} from './questions.js';
import {GRACE, send, takeBack, whyNot} from './send.js';

/** The panel in which a letter is written: saved as one writes, sent, kept or thrown away. */
export class Panel {
  #app;
  #start;
  #actions;
  #form;
  #draft;
  #draftsId = null;
  #isDirty = false;
  #isOver = false;
  #isSending = false;
  #closing = null;
  #saved = el('span.saved', {role: 'status'});
  #complaint = el('div.complaint', {role: 'alert'});
  #send;
  #stops = [];
  element;

  /** @param {Object} start as `beginning.js` makes it. @param {{onclosed: function(), onreopen: function(Object)}} actions */
  constructor(app, start, identities, actions) {
    this.#app = app;
    this.#start = start;
    this.#actions = actions;
    this.#keep({emailId: start.draftId ?? null, letterId: start.letterId ?? null});
    this.#form = new Form(app, start, identities, () => this.#touched());
    this.#build();
    this.#watch();
    if (!identities.length) this.#complain(this.#whoIsMissing());
  }

  #keep(before) {
    this.#draft = new Draft(this.#app, before, {onsaved: (id) => this.#renameFiles(id), files: () => this.#form.letterFiles, origin: this.#start.origin ?? null});
    this.#draft.addEventListener('state', ({detail}) => this.#tell(detail));
  }

  async #renameFiles(id) {
    if (this.#form.files.count === 0) return;
    const {list} = await this.#app.jmap.call('Email/get', {ids: [id], properties: ['attachments']});
    this.#form.files.rename(list[0]?.attachments ?? []);
  }

  get letterId() { return this.#draft.letterId; }
  get draftId() { return this.#draft.emailId; }

  focus() { this.#form.focus(); }

  #build() {
    const {origin} = this.#start;
    this.#send = el('button.primary', {type: 'button', onclick: () => this.#sendAt(null)}, icon('sent'), ' ', t('compose.send'));
    const title = el('h2', {id: 'composer-title'}, t(`compose.${origin?.keyword === '$answered' ? 'titleReply' : origin ? 'titleForward' : 'titleNew'}`));
    this.element = el('section.composer', {
      role: 'dialog', 'aria-labelledby': 'composer-title', 'aria-modal': String(ONE_PANE.matches),
      onkeydown: (event) => this.#key(event), ondragover: (event) => this.#over(event), ondrop: (event) => this.#dropped(event),
    },
    el('div.head', {}, title, this.#saved, iconButton('close', t('compose.close'), () => this.close())),
    this.#form.parts, this.#complaint,
    el('div.foot', {}, this.#send, el('button', {type: 'button', onclick: () => this.#sendThen()}, t('compose.later')),
      iconButton('attach', t('compose.attach'), () => this.#form.chooseFiles()), el('span.space'), iconButton('trash', t('compose.discard'), () => this.#discard())));
  }

  #watch() {
    const hidden = () => { if (document.visibilityState === 'hidden') this.#saveNow(); };
    // Asked before the tab is closed, as long as the newest is nowhere but here.
    const unload = (event) => { if (this.#isDirty && (this.#draft.isBehind || !this.#draftsId)) event.preventDefault(); };
    // A file that is dropped beside the panel would take the page's place.
    const drag = (event) => { if (event.dataTransfer?.types.includes('Files')) event.preventDefault(); };
    const back = async ({detail}) => {
      if (!detail) return;
      await this.#form.files.retry();
      this.#saveNow();
    };
    const on = (target, type, run) => {
      target.addEventListener(type, run);
      this.#stops.push(() => target.removeEventListener(type, run));
    };
    on(document, 'visibilitychange', hidden);
    on(window, 'beforeunload', unload);
    on(window, 'dragover', drag);
    on(window, 'drop', drag);
    on(this.#app.jmap, 'reachable', back);
    on(ONE_PANE, 'change', () => this.element.setAttribute('aria-modal', String(ONE_PANE.matches)));
    this.#stops.push(this.#app.onLeave(() => this.close()));
    if (ONE_PANE.matches) this.#stops.push(closedByBack(() => this.close()));
    this.#findDrafts().catch((error) => this.#app.failed(error));
  }

  async #findDrafts() {
    this.#draftsId ??= await place(this.#app, 'drafts');
    // What was written while it was looked for.
    if (this.#isDirty && !this.#isOver) this.#touched();
  }

  #touched() {
    this.#isDirty = true;
    if (this.#draftsId) this.#draft.later(() => this.#email());
  }

  #saveNow() {
    if (this.#isDirty && this.#draftsId && !this.#isOver) return this.#draft.save(this.#email()).catch(() => {});
    return null;
  }

  #email() { return this.#form.email(this.#draftsId); }

  #tell(state) {
    fill(this.#saved, state === 'saved' ? t('compose.savedAt', {time: shortDate(new Date())}) : t(`compose.${state}`));
    this.#saved.classList.toggle('is-bad', state === 'failed');
  }

  #complain(...words) { fill(this.#complaint, ...words); }

  #settingsLink() {
    return el('a', {href: address(['settings']), onclick: () => this.close()}, t('compose.toSettings'));
  }

  #over(event) {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault();
  }

  #dropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#form.files.add([...event.dataTransfer.files]);
  }

  #key(event) {
    // What is still being put together (an input method's) has its own Escape and Enter.
    if (event.isComposing) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#sendAt(null);
    else if (event.key === 'Tab' && ONE_PANE.matches && this.#isAtEdge(event)) this.#wrap(event);
    else {
      // The page's keys would fire from the panel's buttons.
      event.stopPropagation();
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

  /** @param {Date|null} when null: now. Twice asked, it is sent once. */
  async #sendAt(when) {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#complain();
    try {
      if (await this.#isReady()) await this.#go(when);
    } finally {
      this.#isSending = false;
    }
  }

  async #isReady() {
    this.#form.commit();
    const problem = this.#whatIsMissing();
    if (problem) this.#complain(problem);
    if (problem) return false;
    const questions = forgotten({subject: this.#form.subject, text: this.#form.text, fileCount: this.#form.files.count});
    return questions.length === 0 || confirm({title: t('compose.really'), text: questions.join(' '), action: t('compose.sendAnyway'), kind: 'primary'});
  }

  async #go(when) {
    // What were written now would not go with it.
    this.element.inert = true;
    try {
      await this.#draft.save(this.#email());
      await this.#draft.end();
      await (this.#draft.isHere ? this.#submitLater(when) : this.#submit(when));
    } catch (error) {
      this.element.inert = false;
      this.#send.focus();
      this.#revive();
      this.#refused(error);
    }
  }

  #whoIsMissing() { return el('span', {}, t('compose.noIdentity'), ' ', this.#settingsLink()); }

  #whatIsMissing() {
    const {invalid, recipients, identity, files} = this.#form;
    if (!this.#app.jmap.capability(SUBMISSION)) return t('compose.cannotSend');
    if (!identity) return this.#whoIsMissing();
    if (invalid.length) return t('compose.invalidRecipients', {addresses: shown(invalid.map(({email}) => email).join(', '))});
    if (recipients.length === 0) return t('compose.noRecipients');
    if (files.isUploading) return t('compose.stillUploading');
    return this.#draftsId ? null : t('core.unreachable');
  }

  /** After a refusal one writes on, in the draft that there is. */
  #revive() {
    const {emailId, letterId} = this.#draft;
    this.#keep({emailId, letterId});
    if (emailId) this.#draft.isAlready(this.#email());
  }

  async #submit(when) {
    const emailId = this.#draft.emailId;
    const delay = when ? (when - Date.now()) / 1000 : GRACE;
    let id;
    try {
      id = await send(this.#app, {emailId, identity: this.#form.identity, recipients: this.#form.recipients, delay});
    } catch (error) {
      if (!(error instanceof Unreachable) || !this.#app.outbox) throw error;
      // Whether it was taken is asked before it is sent again.
      const {attachments, ...email} = this.#email();
      await this.#app.outbox.put({id: newLetterId(), emailId, email, files: this.#form.letterFiles, replaces: null, sending: this.#sending(when), origin: this.#start.origin ?? null});
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
    return {identity: this.#form.identity, recipients: this.#form.recipients, at: when ? when.getTime() : null, origin: this.#start.origin ?? null};
  }

  /** Without a connection the outbox has it, and sends it when there is one. */
  async #submitLater(when) {
    const letterId = await this.#draft.queue(this.#email(), this.#sending(when));
    this.#end();
    notify(t('compose.waitsHere'), {onundo: () => this.#actions.onreopen({mode: 'letter', letterId})});
  }

  #refused(error) {
    const words = whyNot(error);
    this.#form.refuse(error.error?.invalidRecipients ?? []);
    this.#complain(words, error.type === 'forbiddenToSend' && [' ', this.#settingsLink()]);
  }

  /** Throws the letter away: into the trash, from where it can be had back. */
  async #discard() {
    const isWritten = this.#isDirty || this.#form.isOld;
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
  close() {
    this.#closing ??= this.#close().finally(() => { this.#closing = null; });
    return this.#closing;
  }

  async #close() {
    if (this.#isOver) return true;
    this.#form.commit();
    if (this.#form.files.isUploading) {
      this.#complain(t('compose.stillUploading'));
      return false;
    }
    if (!this.#isDirty) {
      await this.#draft.leave();
      this.#end();
      return true;
    }
    try {
      await this.#findDrafts();
      await this.#draft.save(this.#email());
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
    this.#form.files.close();
    this.#stops.forEach((stop) => stop());
    this.element.remove();
    this.#actions.onclosed();
  }
}
