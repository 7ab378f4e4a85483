import {confirm} from '../core/dialog.js';
import {t} from '../core/i18n.js';
import {VIEW} from '../core/jmap.js';
import * as actions from './actions.js';
import {byRole, pickFolder} from './folders.js';
import {pickLabels} from './labels.js';
import {askUntil} from './snooze.js';
import {membersOf, moved} from './thread-row.js';

/**
 * What can be done to what is chosen in the list, or else to the conversation that the keyboard is at: by the toolbar, by
 * keys, by a swipe and by dragging alike.
 */
export class Triage {
  #app;
  #page;

  /** @param {import('./mail.js').MailPage} page */
  constructor(app, page) {
    this.#app = app;
    this.#page = page;
  }

  /** The emails that stand for what a command is about; `null`: the whole list. */
  #targets(only) {
    if (only) return only;
    const {selection} = this.#page;
    if (selection.isWhole) return null;
    return selection.isEmpty ? this.#page.current : selection.emailIds;
  }

  #emails(targets, of) {
    const ids = targets.flatMap((id) => {
      const email = this.#app.records.Email.get(id);
      return email ? of(this.#app, this.#page.view, email).map((other) => other.id) : [];
    });
    return [...new Set(ids)];
  }

  #whole(patch, text, filter = null) {
    const {view, selection} = this.#page;
    const within = filter && view.filter ? {operator: 'AND', conditions: [view.filter, filter]} : filter ?? view.filter;
    const except = new Set(selection.except);
    selection.clear();
    return this.#page.changeAll({filter: within, except}, patch, text);
  }

  /** Marks as read or unread; without `isRead` the other of what it is. @param {string[]} [only] emails that stand for rows. */
  read(isRead, only = null) {
    const targets = this.#targets(only);
    if (targets === null) {
      return this.#whole({'keywords/$seen': isRead || null}, isRead ? 'mail.did.read' : 'mail.did.unread', isRead ? {notKeyword: '$seen'} : {hasKeyword: '$seen'});
    }
    const ids = this.#emails(targets, membersOf);
    actions.markRead(this.#app, ids, isRead ?? ids.some((id) => !this.#app.records.Email.get(id).keywords.$seen));
  }

  /** Puts the star on the newest message of each conversation, or takes it off all. */
  star(only = null) {
    const targets = this.#targets(only);
    if (targets === null) return this.#whole({'keywords/$flagged': true}, 'mail.did.star', {notKeyword: '$flagged'});
    const ids = this.#emails(targets, membersOf);
    const starred = ids.filter((id) => this.#app.records.Email.get(id).keywords.$flagged);
    if (starred.length) actions.flag(this.#app, starred, false);
    else actions.flag(this.#app, this.#emails(targets, (app, view, email) => membersOf(app, view, email).slice(-1)), true);
  }

  archive(only = null) { return this.#move(only, 'archive', actions.archive, 'mail.did.archive'); }

  /** To Trash; what lies there already is destroyed, after a question. */
  async trash(only = null) {
    const targets = this.#targets(only);
    if (this.#page.view.role !== 'trash') return this.#move(only, 'trash', actions.trash, 'mail.did.trash');
    const ids = targets && this.#emails(targets, moved);
    const count = ids?.length ?? this.#page.selection.count(this.#page.list.total);
    if (count === 0) return;
    const isMeant = await confirm({title: t('mail.destroyTitle'), text: t('mail.destroyText', {count}), action: t('mail.destroy')});
    if (!isMeant) return;
    if (targets === null) return this.#whole(null, 'mail.did.destroy');
    this.#page.selection.clear();
    actions.destroy(this.#app, ids);
  }

  /** To Junk; from there back to the Inbox. */
  junk(only = null) {
    const isJunk = this.#page.view.role !== 'junk';
    const act = (app, ids) => actions.junk(app, ids, isJunk);
    return this.#move(only, isJunk ? 'junk' : 'inbox', act, isJunk ? 'mail.did.junk' : 'mail.did.notJunk', actions.judged(isJunk));
  }

  /** From Trash back to the Inbox. */
  restore(only = null) {
    const inbox = byRole(this.#app, 'inbox');
    return this.#move(only, 'inbox', (app, ids) => actions.move(app, ids, inbox.id), 'mail.did.restore');
  }

  /** Asks until when, and puts it away. */
  async snooze(only = null) {
    const targets = this.#targets(only);
    if (targets?.length === 0) return;
    const ids = targets && this.#emails(targets, moved);
    const until = await askUntil(this.#app.jmap.capability(VIEW).maxSnooze);
    if (!until) return;
    if (targets === null) return this.#whole(actions.putAway(until), 'mail.did.snoozeAll', this.#notOwn);
    this.#page.selection.clear();
    actions.snooze(this.#app, ids, until);
  }

  /** Brings back what was put away. */
  unsnooze(only = null) {
    const targets = this.#targets(only);
    if (targets === null) return this.#whole({snoozed: null}, 'mail.did.unsnooze');
    const ids = this.#emails(targets, moved);
    this.#page.selection.clear();
    actions.unsnooze(this.#app, ids);
  }

  /** Asks for a folder and moves there. */
  async moveTo(only = null) {
    const targets = this.#targets(only);
    if (targets?.length === 0) return;
    const {view} = this.#page;
    const mailboxId = await pickFolder(this.#app, {title: t('mail.moveTo'), except: new Set(view.mailbox ? [view.place] : [])});
    if (mailboxId !== null) await this.into(mailboxId, only ?? targets);
  }

  /** Asks which labels, and puts them on all messages of the conversations. */
  async label(only = null) {
    const targets = this.#targets(only);
    if (targets?.length === 0) return;
    const ids = targets && this.#emails(targets, membersOf);
    const labels = await pickLabels(ids?.map((id) => this.#app.records.Email.get(id)) ?? []);
    if (!labels) return;
    if (ids) return void actions.label(this.#app, ids, labels);
    const patch = Object.fromEntries(labels.add.map((keyword) => [actions.keywordPath(keyword), true]));
    if (labels.add.length) await this.#whole(patch, 'mail.did.label');
  }

  /** Moves to a folder; to that of what is put away, after asking until when. */
  into(mailboxId, only = null) {
    if (this.#app.records.Mailbox.get(mailboxId)?.role === 'snoozed') return this.snooze(only);
    const targets = this.#targets(only);
    if (targets === null) return this.#whole(actions.placing(mailboxId), 'mail.did.moveAll', this.#notOwn);
    const ids = this.#emails(targets, moved);
    this.#page.selection.clear();
    actions.move(this.#app, ids, mailboxId);
  }

  /** What moving a whole list that is no folder leaves where it is: one's own letters, as `moved` does. */
  get #notOwn() {
    const {view} = this.#page;
    const own = ['sent', 'drafts'].map((role) => byRole(this.#app, role)).filter(Boolean);
    if (view.mailbox || view.isPlaced || own.length === 0) return null;
    return {operator: 'NOT', conditions: own.map(({id}) => ({inMailbox: id}))};
  }

  #move(only, role, act, words, extra = {}) {
    const targets = this.#targets(only);
    const mailbox = byRole(this.#app, role);
    if (this.#page.view.role === role) return null;
    if (targets === null) {
      // Where there is no such folder, that is said.
      return mailbox ? this.#whole({...actions.placing(mailbox.id), ...extra}, words, this.#notOwn) : act(this.#app, []);
    }
    const ids = this.#emails(targets, moved);
    if (ids.length === 0) return null;
    this.#page.selection.clear();
    return act(this.#app, ids);
  }
}
