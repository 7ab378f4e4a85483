import {el, fill, icon, iconButton} from '../core/dom.js';
import {longDate, shortDate, t} from '../core/i18n.js';
import {RULES} from '../core/jmap.js';
import {menuButton} from '../core/menu.js';
import {ONE_PANE} from '../core/screen.js';
import * as actions from '../mail/actions.js';
import {displayName} from '../mail/folders.js';
import {labelColour, labelName, labelsOf} from '../mail/labels.js';
import {untilDate} from '../mail/snooze.js';
import {openComposer} from '../compose/composer.js';
import {facts} from './attached.js';
import {attachmentList} from './attachments.js';
import {Body} from './body.js';
import {detail} from './details.js';
import {bdi, called, person, shown} from './names.js';
import {download, openHeaders, openSource} from './raw.js';
import {SubmissionState} from './submission.js';
import {unsubscribeButton} from './unsubscribe.js';

/** One message of a thread: a line when it is folded, else everything it says. */
export class Message {
  #app;
  #id;
  #isOpen = false;
  #body = null;
  #state = null;
  #unsubscribe = null;
  #email = null;
  #star;
  #chips = el('span.chips');
  #head = el('div.message-head');
  #content = el('div.message-content', {hidden: true});
  #fold;
  element;

  /** @param {import('../app/app.js').App} app @param {string} id of an email whose row is among the records. */
  constructor(app, id) {
    this.#app = app;
    this.#id = id;
    this.#fold = el('button.fold-button', {type: 'button', 'aria-expanded': 'false', onclick: () => this.toggle()});
    this.#star = iconButton('star', t('letter.star'), () => actions.flag(app, [id], !this.#isFlagged), {'aria-pressed': 'false'});
    this.element = el('article.message', {dataset: {id}}, this.#head, this.#content);
    this.refresh();
  }

  get id() { return this.#id; }
  get row() { return this.#app.records.Email.get(this.#id); }
  get isOpen() { return this.#isOpen; }
  get #isFlagged() { return Boolean(this.row?.keywords.$flagged); }
  get isDraft() { return Boolean(this.row?.keywords.$draft); }

  /** Shows what changed of the row: read, starred, where it lies. */
  refresh() {
    const {row} = this;
    if (!row) return;
    const sender = row.from?.[0];
    this.element.classList.toggle('is-unread', !row.keywords.$seen);
    this.element.classList.toggle('is-open', this.#isOpen);
    this.element.setAttribute('aria-label', t('letter.messageFrom', {sender: called(sender) || t('letter.nobody'), date: longDate(row.receivedAt)}));
    this.#star.setAttribute('aria-pressed', String(this.#isFlagged));
    fill(this.#chips, row.keywords.$draft && el('span.chip.is-draft', {}, t('letter.draft')), row.snoozed && this.#snoozed(row.snoozed), labelsOf(row.keywords).map((keyword) => this.#label(keyword)), Object.keys(row.mailboxIds).map((id) => this.#chip(id)));
    this.#unsubscribe?.refresh();
    fill(this.#fold, el('span.avatar', {'aria-hidden': 'true', style: {'--hue': String(hue(sender?.email ?? ''))}}, initial(sender)),
      el('span.who-and-what', {}, el('span.sender', {}, this.#isOpen && sender ? person(sender) : bdi(called(sender) || t('letter.nobody'))),
        el('span.preview-line', {dir: 'auto'}, this.#isOpen ? this.#recipients(row) : shown(row.preview))));
    const date = el('time', {datetime: row.receivedAt, title: longDate(row.receivedAt)}, shortDate(row.receivedAt));
    if (this.#fold.parentNode) {
      this.#head.querySelector('time').replaceWith(date);
      return;
    }
    fill(this.#head, el('h3', {}, this.#fold), this.#chips, date, this.#star, iconButton('reply', t('letter.reply'), () => this.#compose('reply')), this.#menu());
  }

  #chip(id) {
    const mailbox = this.#app.records.Mailbox.get(id);
    // Until when it is there says that it is.
    const isSaid = mailbox?.role === 'snoozed' && this.row.snoozed;
    return mailbox && !isSaid && el('span.chip', {dir: 'auto'}, displayName(mailbox));
  }

  /** Until when it is put away; its button brings it back. */
  #snoozed({until}) {
    const words = t('letter.unsnooze', {until: longDate(until)});
    return el('button.chip.label.label-1', {type: 'button', 'aria-label': words, title: words, onclick: () => actions.unsnooze(this.#app, [this.#id])},
      t('letter.snoozedUntil', {until: untilDate(until)}), icon('close'));
  }

  /** A label; its button takes it off. */
  #label(keyword) {
    const words = t('letter.takeLabelOff', {name: labelName(keyword)});
    return el(`button.chip.label.${labelColour(keyword)}`, {
      type: 'button', dir: 'auto', 'aria-label': words, title: words, onclick: () => actions.label(this.#app, [this.#id], {add: [], remove: [keyword]}),
    }, labelName(keyword), icon('close'));
  }

  #recipients({to}) {
    const names = (to ?? []).slice(0, 3).map(called).join(', ');
    const rest = (to?.length ?? 0) - 3;
    return names && t('letter.toWhom', {names: rest > 0 ? t('letter.andMore', {names, count: rest}) : names});
  }

  #menu() {
    return menuButton(t('letter.moreOfMessage'), () => [
      // Where there is no room for their buttons.
      ...(ONE_PANE.matches ? [{label: t('letter.reply'), icon: 'reply', run: () => this.#compose('reply')},
        {label: t('letter.star'), icon: 'star', run: () => actions.flag(this.#app, [this.#id], !this.#isFlagged)}] : []),
      {label: t('letter.replyAll'), icon: 'reply-all', run: () => this.#compose('replyAll')},
      {label: t('letter.forward'), icon: 'forward', run: () => this.#compose('forward')},
      {label: t('letter.forwardWhole'), icon: 'attach', run: () => this.#compose('forwardWhole')},
      null,
      {label: t(this.row.keywords.$seen ? 'letter.markUnread' : 'letter.markRead'), icon: 'unread', run: () => actions.markRead(this.#app, [this.#id], !this.row.keywords.$seen)},
      {label: t('letter.deleteMessage'), icon: 'trash', run: () => actions.discard(this.#app, [this.#id])},
      ...(this.#app.jmap.capability(RULES) ? [{label: t('letter.rule'), icon: 'move', run: () => this.#rule()}] : []),
      null,
      {label: t('letter.source'), icon: 'more', run: () => this.#try(openSource)},
      {label: t('letter.headers'), icon: 'menu', run: () => this.#try(openHeaders)},
      {label: t('letter.downloadMessage'), icon: 'download', run: () => this.#try(download)},
      {label: t('letter.print'), icon: 'print', run: () => this.#print()},
    ]);
  }

  async #try(action) {
    try { await action(this.#app, await detail(this.#app, this.#id)); } catch (error) { this.#app.failed(error); }
  }

  /** What becomes of mail like this from now on. */
  async #rule() {
    try { await (await import('../rules/beginning.js')).ruleFrom(this.#app, this.#id); } catch (error) { this.#app.failed(error); }
  }

  #compose(mode) {
    openComposer(this.#app, {mode, emailId: this.#id}).catch((error) => this.#app.failed(error));
  }

  /** Prints this message alone: the style sheet leaves out what is not marked. */
  async #print() {
    await this.open();
    this.element.classList.add('is-printed');
    document.documentElement.classList.add('is-printing-message');
    addEventListener('afterprint', () => {
      this.element.classList.remove('is-printed');
      document.documentElement.classList.remove('is-printing-message');
    }, {once: true});
    print();
  }

  toggle() { return this.#isOpen ? this.fold() : this.open(); }

  fold() {
    this.#isOpen = false;
    this.#content.hidden = true;
    this.#fold.setAttribute('aria-expanded', 'false');
    this.refresh();
  }

  /** Shows the whole message, and marks it as read. */
  async open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#content.hidden = false;
    this.#fold.setAttribute('aria-expanded', 'true');
    this.refresh();
    if (this.row && !this.row.keywords.$seen) this.#app.changes.update('Email', {[this.#id]: {'keywords/$seen': true}});
    this.#app.offline?.opened(this.#id);
    if (this.#body) return;
    fill(this.#content, el('p.dim', {role: 'status'}, t('letter.opening')));
    try {
      this.#email = await detail(this.#app, this.#id);
      await this.#show();
    } catch (error) {
      fill(this.#content, el('p.complaint', {}, error.message === 'notFound' ? t('letter.gone') : t('core.failed', {reason: error.message})));
    }
  }

  async #show() {
    const email = this.#email;
    const write = {onmailto: (mailto) => openComposer(this.#app, {mode: 'mailto', mailto}).catch((error) => this.#app.failed(error))};
    this.#body = new Body(this.#app, email, write);
    const files = el('div');
    const list = () => fill(files, attachmentList(this.#app, email, this.#body.html));
    this.#body.element.addEventListener('switched', list);
    if (this.row?.mailboxIds && this.#isOwn()) this.#state = new SubmissionState(this.#app, email);
    await this.#body.show();
    list();
    this.#unsubscribe = unsubscribeButton(this.#app, email, write);
    fill(this.#content,
      this.isDraft && el('p.draft-bar', {}, el('button.primary', {type: 'button', onclick: () => this.#compose('draft')}, icon('compose'), ' ', t('letter.editDraft'))),
      el('div.message-tools', {}, el('details.all-facts', {}, el('summary', {}, t('letter.details')), facts(email)), this.#unsubscribe, this.#body.switcher),
      this.#state?.element, this.#body.element, files);
  }

  /** Whether it lies where what was sent here lies. */
  #isOwn() {
    return Object.keys(this.row.mailboxIds).some((id) => ['sent', 'drafts'].includes(this.#app.records.Mailbox.get(id)?.role));
  }

  close() {
    this.#body?.close();
    this.#state?.close();
  }
}

const initial = (address) => (called(address).match(/\p{L}|\p{N}/u)?.[0] ?? '?').toUpperCase();

/** A colour of its own for each address: 0 to 359. */
const hue = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
