import {el, fill, iconButton} from '../core/dom.js';
import {catalogue, t} from '../core/i18n.js';
import {VIEW} from '../core/jmap.js';
import {listen} from '../core/keys.js';
import {menuButton} from '../core/menu.js';
import * as actions from '../mail/actions.js';
import {pickFolder} from '../mail/folders.js';
import {pickLabels} from '../mail/labels.js';
import {askUntil} from '../mail/snooze.js';
import {openComposer} from '../compose/composer.js';
import {Message} from './message.js';
import {shown} from './names.js';

/** As many unread messages of one thread are opened at once. */
const MOST_OPEN = 10;

/**
 * The reading pane: a thread, oldest message first. What was read is folded, the newest and what is unread is open.
 */
export class Letter {
  #app;
  #threadId = null;
  #messages = new Map();
  #turn = 0;
  #isOpening = false;
  #subject = el('h2', {dir: 'auto', tabindex: '-1'});
  #tools = el('div.letter-tools', {role: 'toolbar'});
  #list = el('div.messages');
  #away = el('button.quiet.away', {type: 'button', hidden: true, onclick: () => this.#showAway()});
  #place = {};
  #answer = el('div.answer-bar');
  #scroller = el('div.letter-scroll');
  #stops;
  element = el('section.letter', {hidden: true});

  /** @param {import('../app/app.js').App} app */
  constructor(app) {
    this.#app = app;
    this.element.append(this.#tools, this.#scroller);
    this.#scroller.append(this.#subject, this.#away, this.#list, this.#answer);
    const threads = ({detail}) => { if (detail.has(this.#threadId)) this.#threadChanged(); };
    const emails = ({detail}) => this.#emailsChanged(detail);
    app.records.Thread.addEventListener('change', threads);
    app.records.Email.addEventListener('change', emails);
    this.#stops = [
      () => app.records.Thread.removeEventListener('change', threads),
      () => app.records.Email.removeEventListener('change', emails),
      listen([
        {keys: ['r'], label: 'letter.reply', run: () => this.#compose('reply')},
        {keys: ['a'], label: 'letter.replyAll', run: () => this.#compose('replyAll')},
        {keys: ['f'], label: 'letter.forward', run: () => this.#compose('forward')},
        {keys: [';'], label: 'letter.unfoldAll', run: () => this.#unfoldAll()},
      ]),
    ];
  }

  /**
   * Shows a thread; null shows nothing.
   * @param {string|null} threadId
   * @param {Object} [place] where it is read from.
   * @param {string} [place.emailId] a message that is opened and scrolled to.
   * @param {function(Object): boolean} [place.counts] whether an email belongs to the thread there: what lies in the trash
   *   is shown on demand.
   * @param {function(Object): boolean} [place.isHere] whether an email lies there: those are filed with the thread.
   */
  async show(threadId, {emailId, counts = () => true, isHere = () => true} = {}) {
    const turn = this.#turn += 1;
    this.#threadId = threadId;
    this.#place = {emailId, counts, isHere};
    this.#clear();
    if (threadId === null) return;
    await catalogue('letter');
    try {
      await this.#app.records.Thread.load([threadId]);
      await this.#app.records.Email.load(this.#app.records.Thread.get(threadId)?.emailIds ?? []);
    } catch (error) {
      if (turn === this.#turn) this.#app.failed(error);
      return;
    }
    if (turn !== this.#turn) return;
    this.#dress();
    this.#isOpening = true;
    this.#threadChanged();
    try {
      await this.#openFirst(emailId);
    } finally {
      if (turn === this.#turn) this.#isOpening = false;
    }
    if (turn === this.#turn) this.#threadChanged();
  }

  #clear() {
    for (const message of this.#messages.values()) message.close();
    this.#messages.clear();
    this.element.hidden = true;
    this.#scroller.scrollTop = 0;
    fill(this.#list);
  }

  /** The words around the messages, once their catalogue is here. */
  #dress() {
    this.element.hidden = false;
    this.element.setAttribute('aria-label', t('letter.letter'));
    this.#tools.setAttribute('aria-label', t('letter.tools'));
    // After the first click of two the next conversation may be shown: whoever clicks twice by habit means one.
    const thread = (action) => ({detail}) => { if (detail < 2) action(this.#app, this.#ids()); };
    fill(this.#tools,
      iconButton('archive', t('letter.archive'), thread(actions.archive)),
      iconButton('trash', t('letter.delete'), thread(actions.discard)),
      iconButton('junk', t('letter.junk'), thread((app, ids) => actions.junk(app, ids, !this.#isJunk))),
      iconButton('clock', t('letter.snooze'), () => this.#snooze()),
      iconButton('move', t('letter.move'), () => this.#move()),
      iconButton('label', t('letter.labels'), () => this.#label()),
      iconButton('unread', t('letter.markUnread'), () => { if (this.#newest()) actions.markRead(this.#app, [this.#newest().id], false); }),
      el('span.space'),
      menuButton(t('letter.more'), () => [
        {label: t('letter.unfoldAll'), icon: 'menu', run: () => this.#unfoldAll()},
        {label: t('letter.print'), icon: 'print', run: () => print()},
      ]));
    const answer = (mode, word) => el('button', {type: 'button', onclick: () => this.#compose(mode)}, t(`letter.${word}`));
    fill(this.#answer, answer('reply', 'reply'), answer('replyAll', 'replyAll'), answer('forward', 'forward'));
  }

  #threadChanged() {
    const ids = this.#app.records.Thread.get(this.#threadId)?.emailIds ?? [];
    const missing = ids.filter((id) => !this.#app.records.Email.has(id));
    // What has just come is read first; the records tell when it is here.
    if (missing.length) this.#app.records.Email.load(missing).catch((error) => this.#app.failed(error));
    const there = ids.filter((id) => this.#app.records.Email.get(id));
    const shownIds = this.#counted(there);
    this.#away.hidden = shownIds.length === there.length;
    fill(this.#away, t('letter.away', {count: there.length - shownIds.length}));
    for (const [id, message] of this.#messages) if (!shownIds.includes(id)) this.#remove(id, message);
    let before = null;
    for (const id of shownIds) {
      if (!this.#messages.has(id)) {
        const message = new Message(this.#app, id);
        this.#messages.set(id, message);
        if (before) before.after(message.element); else this.#list.prepend(message.element);
      }
      before = this.#messages.get(id).element;
    }
    // Destroyed elsewhere, or an address of what was never here.
    const isGone = this.#messages.size === 0 && missing.length === 0;
    this.#tools.hidden = isGone;
    // It stands below the messages: until these are there it would run away from whoever clicks on it.
    this.#answer.hidden = isGone || this.#isOpening;
    const subject = this.#messages.values().next().value?.row?.subject;
    fill(this.#subject, isGone ? t('letter.threadGone') : shown(subject) || t('letter.noSubject'));
  }

  /** What counts where the thread is read from; all of it where nothing does. */
  #counted(ids) {
    const {emailId, counts} = this.#place;
    const counted = ids.filter((id) => id === emailId || this.#messages.get(id)?.isOpen || counts(this.#app.records.Email.get(id)));
    return counted.length ? counted : ids;
  }

  #showAway() {
    this.#place.counts = () => true;
    this.#threadChanged();
    this.#subject.focus();
  }

  #emailsChanged(ids) {
    if (this.#threadId === null || this.element.hidden) return;
    for (const [id, message] of this.#messages) {
      if (!ids.has(id)) continue;
      if (message.row) message.refresh(); else this.#remove(id, message);
    }
    const known = this.#app.records.Thread.get(this.#threadId)?.emailIds ?? [];
    if (known.some((id) => ids.has(id))) this.#threadChanged();
  }

  #remove(id, message) {
    message.close();
    message.element.remove();
    this.#messages.delete(id);
  }

  async #openFirst(emailId) {
    const all = [...this.#messages.values()];
    const open = all.filter((message) => !message.row.keywords.$seen).slice(0, MOST_OPEN);
    // In the folder for drafts the draft is meant, in that for what was sent the sent one.
    const here = all.findLast(({row}) => this.#place.isHere(row)) ?? this.#newest();
    const wanted = this.#messages.get(emailId) ?? open[0] ?? here;
    if (!wanted) return;
    await Promise.all([...new Set([...open, this.#newest(), wanted])].map((message) => message.open()));
    if (wanted !== all[0] && wanted.element.isConnected) wanted.element.scrollIntoView({block: 'start'});
  }

  #unfoldAll() { for (const message of [...this.#messages.values()].slice(-100)) message.open(); }

  /** The newest that is no draft, if there is one. */
  #newest() {
    const all = [...this.#messages.values()];
    return all.findLast((message) => !message.isDraft) ?? all.at(-1);
  }

  /** What is filed with a thread: what lies where it is read from, not what was sent or is being written. */
  #ids() {
    const own = new Set(['sent', 'drafts']);
    const all = [...this.#messages].filter(([, {row}]) => row);
    const isOwn = ({mailboxIds}) => Object.keys(mailboxIds).every((id) => own.has(this.#app.records.Mailbox.get(id)?.role));
    const here = all.filter(([, {row}]) => this.#place.isHere(row));
    const foreign = here.filter(([, {row}]) => !isOwn(row));
    return (foreign.length ? foreign : here.length ? here : all).map(([id]) => id);
  }

  get #isJunk() {
    const junk = this.#app.records.Mailbox.all().find(({role}) => role === 'junk')?.id;
    return this.#ids().every((id) => this.#app.records.Email.get(id)?.mailboxIds[junk]);
  }

  async #move() {
    const mailboxId = await pickFolder(this.#app, {title: t('letter.moveTo')});
    if (this.#app.records.Mailbox.get(mailboxId)?.role === 'snoozed') await this.#snooze();
    else if (mailboxId) actions.move(this.#app, this.#ids(), mailboxId);
  }

  async #snooze() {
    const ids = this.#ids();
    const until = await askUntil(this.#app.jmap.capability(VIEW).maxSnooze);
    if (until) actions.snooze(this.#app, ids, until);
  }

  async #label() {
    const ids = [...this.#messages.keys()];
    const labels = await pickLabels(ids.map((id) => this.#app.records.Email.get(id)));
    if (labels) actions.label(this.#app, ids, labels);
  }

  #compose(mode) {
    if (this.element.hidden || this.#messages.size === 0) return false;
    openComposer(this.#app, {mode, emailId: this.#newest().id}).catch((error) => this.#app.failed(error));
  }

  /** Ends everything that listens. */
  close() {
    this.#clear();
    for (const stop of this.#stops) stop();
  }
}
