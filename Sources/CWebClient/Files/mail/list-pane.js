import {el, fill, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {pictured} from '../core/idle.js';
import {MethodError, Refused, Unreachable} from '../core/jmap.js';
import {List} from '../core/list.js';
import {address} from '../core/router.js';
import {ListPointer} from './list-pointer.js';
import {SearchBox} from './search-box.js';
import {Selection} from './selection.js';
import {Snippets} from './snippets.js';
import {toolbar} from './toolbar.js';
import {VirtualList} from './virtual.js';

/** Up to so many conversations are chosen one by one; more are the whole list. */
const FEW = 200;
/** Rows above and below what is seen that are read again when something changed. */
const AROUND = 8;
/** Places of a range that are read in one go: a server takes only so much at a time. */
const AT_ONCE = 300;

/**
 * The list of a view. It may be asked for before there is anything to show it in.
 * @param {import('../app/app.js').App} app
 * @param {import('./view.js').View} view
 */
export function listOf(app, view) {
  const {Email, Thread} = app.records;
  return new List(app.jmap, Email, view.query, (email) => !view.holds(email), Thread, (one, other) => one.receivedAt > other?.receivedAt);
}

/** Whether the server does not look for as much as that: asking again changes nothing. */
const isTooMuch = (error) => error.type === 'unsupportedFilter';
/** Whether the server said in words of its own, which are English, what is wrong. */
const isServers = (error) => error instanceof Refused || error instanceof MethodError;

/** Why there is no list, in the reader's words. */
function failureWords(error) {
  if (error instanceof Unreachable) return t('mail.stateOffline');
  if (isTooMuch(error)) return t('mail.stateTooMuch');
  return isServers(error) ? t('mail.stateError') : t('core.failed', {reason: error.message});
}

/** The list of conversations with its search box, its toolbar, and what it says when there is nothing to show. */
export class ListPane {
  element;
  selection = new Selection();
  /** @type {List|null} */
  list = null;
  #app;
  #page;
  #search;
  #virtual;
  #snippets = null;
  #head = el('div.list-head');
  #state = el('div.list-state', {role: 'status', tabindex: '-1', hidden: true});
  #drawn = '';
  #activeKey = null;
  #isReading = false;
  #wanted = null;
  #isRefreshing = false;
  #isStale = false;
  #failedAt = '';

  /** @param {import('./mail.js').MailPage} page */
  constructor(app, page) {
    this.#app = app;
    this.#page = page;
    this.#search = new SearchBox(app, page);
    this.#virtual = new VirtualList({label: t('mail.list'), describe: (index) => this.#describe(index)});
    this.#virtual.addEventListener('need', ({detail}) => this.#need(detail));
    this.#virtual.element.addEventListener('keydown', (event) => this.#key(event));
    this.#virtual.element.addEventListener('focus', () => { if (this.#virtual.active < 0 && this.list?.total) this.#activate(this.#virtual.window.first); });
    new ListPointer(app, page, this, this.#virtual);
    this.selection.addEventListener('change', () => { this.drawHead(); this.#virtual.draw(); });
    this.element = el('section.mail-list', {'aria-label': t('mail.list')}, this.#search.element, this.#head, this.#state, this.#virtual.element);
  }

  /** Shows the list of the page's view from its top. @param {List} list */
  show(list) {
    const {view} = this.#page;
    this.selection.clear();
    this.#activeKey = null;
    this.#virtual.active = -1;
    list.addEventListener('change', ({detail}) => { if (list === this.list) this.#changed(detail.moved); });
    this.list = list;
    this.#snippets = view.isSearch ? new Snippets(this.#app, () => this.#virtual.draw()) : null;
    this.#virtual.toTop();
    this.#virtual.total = null;
    this.#search.draw();
    if (list.total === null) {
      this.drawHead();
      this.#showState();
    } else {
      this.#changed(0);
    }
    list.need(0, 1).then(pictured).then(() => this.#app.hasRead());
  }

  #describe(index) {
    const id = this.list.at(index);
    const row = id === undefined ? null : this.#page.describe(id);
    return {row, state: {
      isOpen: row !== null && row.key === this.#page.view.threadId, isChosen: row ? this.selection.has(row.key) : this.selection.isWhole,
      snippet: this.#snippets?.get(id),
    }};
  }

  /**
   * Reads what is seen, one page after the other: of what was scrolled past while one was read, nothing is asked for. What
   * could not be read is not asked for again until something else is looked at, or all of it is read anew.
   */
  async #need({from, to}) {
    const place = `${from} ${to}`;
    if (this.list?.error && place === this.#failedAt) return;
    this.#failedAt = '';
    this.#wanted = {from, to};
    this.#needSnippets(from, to);
    if (this.#isReading || !this.list) return;
    this.#isReading = true;
    while (this.#wanted) {
      const wanted = this.#wanted;
      this.#wanted = null;
      await this.list.need(wanted.from, wanted.to);
      if (!this.list.error) continue;
      this.#failedAt = `${wanted.from} ${wanted.to}`;
      // With rows on the screen there is no other place to say it.
      if (this.list.total !== null && !(this.list.error instanceof Unreachable)) this.#app.failed(this.list.error);
      break;
    }
    this.#isReading = false;
  }

  #needSnippets(from, to) {
    if (!this.#snippets) return;
    const ids = [];
    for (let index = from; index < to; index += 1) {
      const id = this.list.at(index);
      if (id !== undefined) ids.push(id);
    }
    this.#snippets.need(this.#page.view.filter, ids);
  }

  #changed(moved) {
    this.#virtual.total = this.list.total;
    this.#virtual.shift(moved);
    this.#findActive();
    this.#showState();
    this.drawHead();
  }

  /** The keyboard stays at its conversation; where that is gone, at its place. */
  #findActive() {
    const {active} = this.#virtual;
    if (active < 0) return;
    const index = this.#indexOfThread(this.#activeKey);
    this.#virtual.active = index >= 0 ? index : Math.min(active, (this.list.total ?? 0) - 1);
    if (index < 0) this.#activeKey = this.#keyAt(this.#virtual.active) ?? this.#activeKey;
  }

  #keyAt(index) { return this.#app.records.Email.get(this.list.at(index))?.threadId; }

  #indexOfThread(threadId) {
    if (threadId === null) return -1;
    for (const [index, id] of this.list.entries()) if (this.#app.records.Email.get(id)?.threadId === threadId) return index;
    return -1;
  }

  #showState() {
    const {total, error} = this.list;
    const failed = total === null ? error : null;
    const words = failed ? failureWords(failed)
      : total === 0 ? t(`mail.${this.#emptyState}`) : null;
    const hadFocus = [this.#state, this.#virtual.element].some((one) => one.contains(document.activeElement));
    this.#state.hidden = words === null;
    this.#virtual.element.hidden = words !== null;
    this.#virtual.element.setAttribute('aria-busy', String(total === null));
    this.element.classList.toggle('is-loading', total === null && !error);
    if (words === null) {
      fill(this.#state);
    } else {
      fill(this.#state, [icon(failed ? 'warning' : 'inbox'), el('p', {}, words),
        isServers(failed) && el('p', {lang: 'en'}, failed.message),
        !failed && this.#emptyState === 'stateNoMaildrop' && el('a.button.primary', {href: address(['settings', 'maildrops', 'new'])}, t('mail.addMaildrop')),
        failed && !isTooMuch(failed) && el('button', {type: 'button', onclick: () => this.refresh()}, t('mail.tryAgain'))]);
    }
    // The keyboard stays in the list, whether rows are there or words.
    if (hadFocus) (words === null ? this.#virtual.element : this.#state).focus({preventScroll: true});
  }

  /** Which words a list without mail has; where no mail can come, that is what has to be said. */
  get #emptyState() {
    const {view} = this.#page;
    const {Maildrop} = this.#app.records;
    if (view.isSearch) return 'stateNothingFound';
    if (view.role !== 'inbox') return 'stateEmpty';
    return Maildrop.state !== null && Maildrop.all().length === 0 ? 'stateNoMaildrop' : 'stateInboxEmpty';
  }

  /** It is known now through which maildrops mail comes. */
  maildropsRead() { if (this.list?.total === 0) this.#showState(); }

  /** Draws what stands above the list: its name and size, or what can be done to what is chosen. */
  drawHead() {
    if (!this.list) return;
    const {view} = this.#page;
    const drawn = JSON.stringify([view.key, view.title, view.role, this.list.total, this.selection.isWhole, this.selection.count(this.list.total)]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#head.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.#head, toolbar(this.#page, this));
    if (focused) (this.#head.querySelector(`[data-key="${focused}"]`) ?? this.#virtual.element).focus();
  }

  recordsChanged(ids) {
    if (!this.list) return;
    const {threadId} = this.#page.view;
    const place = this.#app.changes.pending ? this.#indexOfThread(threadId) : -1;
    this.list.recordsChanged(ids);
    this.#virtual.draw();
    if (place < 0 || this.#indexOfThread(threadId) >= 0) return;
    // Others may leave with it.
    queueMicrotask(() => {
      if (this.#page.view.threadId === threadId) this.#page.left(this.#keyAt(Math.min(place, this.list.total - 1)));
    });
  }

  /** Reads again what is looked at; what comes while it reads makes it read once more. */
  async refresh() {
    this.#isStale = true;
    if (this.#isRefreshing || !this.list) return;
    this.#isRefreshing = true;
    while (this.#isStale) {
      this.#isStale = false;
      if (this.list.total === null) { await this.list.need(0, 1); continue; }
      const {first, count} = this.#virtual.window;
      const seen = [];
      for (let index = first; index < first + Math.min(count, 6); index += 1) if (this.list.at(index) !== undefined) seen.push(this.list.at(index));
      await this.list.refresh(this.#virtual.isAtTop ? [] : seen, AROUND, count + 2 * AROUND);
    }
    this.#isRefreshing = false;
  }

  // The keyboard.

  #key(event) {
    const page = Math.max(this.#virtual.window.count - 2, 1);
    const to = {ArrowDown: this.#virtual.active + 1, ArrowUp: this.#virtual.active - 1, PageDown: this.#virtual.active + page,
      PageUp: this.#virtual.active - page, Home: 0, End: this.list.total - 1}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (to !== undefined) {
      const from = this.#virtual.active;
      this.#activate(to);
      if (event.shiftKey) this.chooseRange(from, this.#virtual.active);
    } else if (event.key === 'Enter') {
      this.openActive();
    } else if (event.key === ' ') {
      this.toggleActive();
    } else {
      return;
    }
    event.preventDefault();
  }

  #activate(index) {
    if (!this.list.total) return;
    this.#virtual.active = Math.max(0, Math.min(index, this.list.total - 1));
    this.#activeKey = this.#keyAt(this.#virtual.active) ?? null;
    this.#virtual.reveal(this.#virtual.active);
    this.#virtual.draw();
  }

  /** The email that stands for the row that the keyboard is at. */
  get activeId() { return this.#virtual.active < 0 ? undefined : this.list?.at(this.#virtual.active); }

  /** The email that stands for a conversation here, or null. */
  idOfThread(threadId) {
    const index = this.list ? this.#indexOfThread(threadId) : -1;
    return index < 0 ? null : this.list.at(index);
  }

  async step(by) {
    const at = this.#page.view.threadId === null ? -1 : this.#indexOfThread(this.#page.view.threadId);
    const to = (at < 0 ? this.#virtual.active : at) + by;
    const {list} = this;
    if (!list || to < 0 || to >= list.total) return;
    await list.need(to, to + 1);
    if (list !== this.list) return;
    this.#activate(to);
    if (this.#page.view.threadId !== null) this.openActive();
  }

  openActive() { this.openAt(this.#virtual.active); }

  openAt(index) {
    const key = this.#keyAt(index);
    if (!key) return;
    this.#activate(index);
    this.#page.openThread(key);
  }

  toggleActive() { this.toggleAt(this.#virtual.active); }

  toggleAt(index) {
    const row = this.#rowAt(index);
    if (!row) return;
    this.selection.toggle(row);
    this.selection.anchor = index;
    this.#activate(index);
  }

  #rowAt(index) {
    const emailId = this.list.at(index);
    const key = this.#keyAt(index);
    return key ? {key, emailId} : null;
  }

  /** Chooses everything between two places, which are read if they are not here. */
  async chooseRange(one, other) {
    const {list} = this;
    const from = Math.max(Math.min(one, other), 0);
    const to = Math.max(one, other) + 1;
    for (let at = from; at < to && !list.error; at += AT_ONCE) await list.need(at, Math.min(at + AT_ONCE, to));
    // Another list may be shown by now.
    if (list !== this.list) return;
    if (list.error) this.#app.failed(list.error);
    const rows = [];
    for (let index = from; index < to; index += 1) rows.push(this.#rowAt(index));
    this.selection.set(rows.filter(Boolean), true);
    this.selection.anchor = one;
  }

  /** Chooses all; chosen already, none. */
  async chooseAll() {
    const {total} = this.list;
    if (!total) return;
    if (this.selection.count(total) === total) return this.selection.clear();
    if (total <= FEW) await this.chooseRange(0, total - 1); else this.selection.whole();
  }

  opened(threadId) {
    const index = this.list && threadId !== null ? this.#indexOfThread(threadId) : -1;
    if (index >= 0) this.#activate(index);
    this.#virtual.draw();
  }

  focus() { (this.#virtual.element.hidden ? this.element.querySelector('input') : this.#virtual.element).focus({preventScroll: true}); }
  focusSearch() { this.#search.focus(); }
  focusMenu() { this.#head.querySelector('[data-key=menu]')?.focus(); }

  close() { this.#virtual.close(); }
}
