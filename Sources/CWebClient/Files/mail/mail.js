import {closedByBack} from '../core/back.js';
import {confirm} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {catalogue, number, t} from '../core/i18n.js';
import {idle} from '../core/idle.js';
import {listen} from '../core/keys.js';
import {ONE_PANE} from '../core/screen.js';
import {styles} from '../core/styles.js';
import {byRole} from './folders.js';
import {keyMap} from './key-map.js';
import {ListPane, listOf} from './list-pane.js';
import {Newcomers} from './newcomers.js';
import {home} from './search-box.js';
import {summary} from './thread-row.js';
import {FolderTree} from './tree.js';
import {Triage} from './triage.js';
import {View} from './view.js';

/** The mail: folders, a list, and what is read. @param {import('../app/app.js').App} app */
export async function open(app) {
  const {path, query} = app.router.place;
  const view = View.at(app, path.slice(1), query);
  // On its way while the words come and the panes are made.
  const list = listOf(app, view);
  const isListed = list.need(0, 1);
  await catalogue('mail');
  const {element} = new MailPage(app, view, list);
  // One picture with the rows, where they come soon, in place of one without and one with them.
  await Promise.race([isListed, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  return element;
}

/** Milliseconds that the page waits for the first rows. */
const PATIENCE = 200;

/** Below this width the folders lie over the list when they are wanted (style/mail.css knows it too). */
const DRAWER = matchMedia('(max-width: 70rem)');

/** What a letter needs to be shown. */
const reading = () => [import('../letter/letter.js'), catalogue('letter', 'compose'), styles('letter')];

/** The three panes, and what they tell each other. */
export class MailPage {
  element;
  /** What is shown. @type {View} */
  view;
  #app;
  #tree;
  #pane;
  #letter = null;
  #reading;
  #heading = el('h1.narrow-heading');
  #drawer;
  #stop = [];
  #returnsTo = null;
  #dragged = null;
  #noBack = () => {};
  /** The list that was asked for first, until it is shown. */
  #ahead;

  constructor(app, view, list) {
    this.#app = app;
    this.view = view;
    this.#ahead = {key: view.key, list};
    this.triage = new Triage(app, this);
    this.#pane = new ListPane(app, this);
    this.#tree = new FolderTree(app, this);
    this.#drawer = el('div.mail-tree', {}, this.#tree.element);
    this.#reading = el('section.mail-reading', {'aria-label': t('mail.reading'), tabindex: '-1'},
      this.#heading, el('button.back-button', {type: 'button', onclick: () => this.back()}, t('mail.back')));
    this.element = el('div.mail', {}, this.#drawer, el('div.mail-veil', {onclick: () => this.closeTree()}), this.#pane.element, this.#reading);
    Object.assign(this.element, {close: () => this.#close(), place: () => this.#place()});
    Object.defineProperty(this.element, 'title', {get: () => this.#title});
    this.#drawer.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.closeTree(); });
    this.#listen();
    // Ready before the first letter is opened, and not before the list is there.
    app.firstRead.then(idle).then(() => Promise.all(reading())).catch(() => {});
  }

  #listen() {
    const app = this.#app;
    const {records} = app;
    const on = (target, type, run) => {
      target.addEventListener(type, run);
      this.#stop.push(() => target.removeEventListener(type, run));
    };
    const newcomers = new Newcomers(app);
    this.element.append(newcomers.element);
    this.#stop.push(listen(keyMap(app, this)), () => newcomers.close());
    this.#stop.push(app.onState((changed) => { if ('Email' in changed || 'Thread' in changed) this.refresh(); }));
    on(records.Email, 'change', ({detail}) => this.#pane.recordsChanged(detail));
    on(records.Thread, 'change', () => this.#pane.recordsChanged(new Set()));
    on(records.Mailbox, 'change', () => (this.#isGone ? app.router.go(['mail'], {replace: true}) : this.#showTitle()));
    on(DRAWER, 'change', () => this.closeTree());
  }

  // What the panes ask of the page.

  get list() { return this.#pane.list; }
  get selection() { return this.#pane.selection; }
  get isNarrow() { return ONE_PANE.matches; }
  get isDragging() { return this.#dragged !== null; }

  /** The email that stands for what a command is about when nothing is chosen: what is read, else what the keyboard is at. */
  get current() {
    const {threadId} = this.view;
    const id = threadId === null ? this.#pane.activeId : this.#pane.idOfThread(threadId) ?? this.#app.records.Thread.get(threadId)?.emailIds.at(-1);
    return id === undefined || id === null ? [] : [id];
  }

  /** Reads again what is looked at. */
  refresh() { return this.#pane.refresh(); }

  /** Opens a conversation. What was opened before it leaves no trace, so that going back leads to the list. */
  openThread(threadId) {
    const target = this.view.opening(threadId);
    const isSecond = this.view.threadId !== null;
    if (!isSecond) this.#returnsTo = this.view.key;
    this.#app.router.go(target.path, {query: target.parameters, replace: isSecond});
  }

  /** Back from a conversation to its list. */
  back() {
    if (this.view.threadId === null) return;
    if (this.#returnsTo === this.view.key) {
      history.back();
    } else {
      const target = this.view.opening(null);
      this.#app.router.go(target.path, {query: target.parameters, replace: true});
    }
  }

  leaveSearch() {
    const target = home(this.#app);
    this.#app.router.go(target.path, {query: target.parameters});
  }

  /** What is read was taken out of the list here: where there is room for both, the next is read. @param {string|undefined} threadId */
  left(threadId) {
    if (threadId === undefined || this.isNarrow) this.back(); else this.openThread(threadId);
  }

  /** Marks everything in a folder as read. */
  readAll(mailbox) {
    return this.changeAll({filter: {inMailbox: mailbox.id, notKeyword: '$seen'}}, {'keywords/$seen': true}, 'mail.did.read');
  }

  /** Destroys what lies in Trash or Junk, after a question. */
  async empty(mailbox) {
    const isMeant = await confirm({title: t('mail.destroyTitle'), text: t('mail.destroyText', {count: mailbox.totalEmails}), action: t('mail.destroy')});
    if (!isMeant) return;
    await this.changeAll({filter: {inMailbox: mailbox.id}}, null, 'mail.did.destroy');
  }

  /** Does something to all that a filter finds; see bulk.js. */
  async changeAll(what, patch, words) {
    try {
      const {changeAll} = await import('./bulk.js');
      await changeAll(this.#app, what, patch, words, () => this.refresh());
    } catch (error) {
      this.#app.failed(error);
      this.refresh();
    }
  }

  async compose() {
    this.closeTree();
    try {
      const {openComposer} = await import('../compose/composer.js');
      await openComposer(this.#app, {mode: 'new'});
    } catch (error) {
      this.#app.failed(error);
    }
  }

  async help() {
    const {help} = await import('./help.js');
    return help();
  }

  maildropsRead() { this.#pane.maildropsRead(); }
  drawTree() { this.#tree.draw(); }
  focusList() { this.#pane.focus(); }
  focusSearch() { this.#pane.focusSearch(); }
  step(by) { this.#pane.step(by); }
  openActive() { this.#pane.openActive(); }
  toggleActive() { this.#pane.toggleActive(); }
  chooseAll() { return this.#pane.chooseAll(); }

  goToRole(role) {
    const mailbox = byRole(this.#app, role);
    if (mailbox) this.#app.router.go(['mail', mailbox.id]);
  }

  /** @param {string[]|null} emailIds what is being dragged; null: the whole list. */
  drag(emailIds) { this.#dragged = {emailIds}; }
  dragEnded() { this.#dragged = null; }
  dropped(mailboxId) {
    const dragged = this.#dragged;
    this.#dragged = null;
    if (dragged) this.triage.into(mailboxId, dragged.emailIds);
  }

  toggleTree() {
    if (this.element.classList.contains('is-tree-open')) return this.closeTree();
    this.element.classList.add('is-tree-open');
    this.#noBack = closedByBack(() => this.closeTree());
    this.#pane.element.inert = this.#reading.inert = true;
    (this.#drawer.querySelector('[aria-current=page]') ?? this.#drawer.querySelector('a'))?.focus();
  }

  closeTree() {
    if (!this.element.classList.contains('is-tree-open')) return;
    this.element.classList.remove('is-tree-open');
    this.#noBack();
    this.#pane.element.inert = this.#reading.inert = false;
    this.#pane.focusMenu();
  }

  // What the address says.

  #place() {
    const {path, query} = this.#app.router.place;
    const before = this.view;
    const view = View.at(this.#app, path.slice(1), query);
    // An address that names no list gets that of the one that is shown, and is looked at again.
    if (path[1] !== view.place) return this.#app.router.go(view.path, {query: view.parameters, replace: true});
    this.view = view;
    const isOther = this.#pane.list === null || before.key !== this.view.key;
    if (isOther) this.#pane.show(this.#ahead?.key === this.view.key ? this.#ahead.list : listOf(this.#app, this.view));
    this.#ahead = null;
    this.#tree.place();
    if (isOther || before.threadId !== this.view.threadId) this.#showThread(isOther);
    this.#showTitle();
  }

  #showThread(isOther) {
    const {threadId} = this.view;
    this.element.classList.toggle('is-reading', threadId !== null);
    this.#pane.opened(threadId);
    if (threadId === null && !isOther) this.#pane.focus();
    else if (threadId !== null && this.isNarrow) this.#reading.focus();
    this.#read(threadId).catch((error) => this.#app.failed(error));
  }

  /** What reads is loaded with the first conversation that is opened. */
  async #read(threadId) {
    if (threadId !== null && !this.#letter) {
      const [{Letter}] = await Promise.all(reading());
      if (!this.#letter) {
        this.#letter ??= new Letter(this.#app);
        this.#reading.append(this.#letter.element);
      }
      // While it was loaded somebody may have gone on.
      if (this.view.threadId !== threadId) return;
    }
    const emailId = this.view.isSearch && threadId !== null ? this.#pane.idOfThread(threadId) ?? undefined : undefined;
    const {view} = this;
    await this.#letter?.show(threadId, {
      emailId, counts: (email) => view.counts(email), isHere: (email) => !view.mailbox || view.place in email.mailboxIds,
    });
  }

  /** Whether the folder that is shown was deleted, here or elsewhere. */
  get #isGone() {
    const {view} = this;
    return this.#pane.list !== null && view.place !== 'all' && !view.isSearch && !view.mailbox;
  }

  get #title() {
    const unread = byRole(this.#app, 'inbox')?.unreadThreads ?? 0;
    return unread ? `(${number(unread)}) ${this.view.title}` : this.view.title;
  }

  #showTitle() {
    document.title = `${this.#title} – Restante`;
    this.#heading.textContent = this.view.title;
    this.#pane.drawHead();
  }

  /** What stands at a place of the list. */
  describe(emailId) { return summary(this.#app, this.view, emailId); }

  #close() {
    this.#noBack();
    this.#stop.forEach((stop) => stop());
    this.#tree.close();
    this.#pane.close();
    this.#letter?.close();
  }
}
