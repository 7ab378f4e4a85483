import {confirm} from '../core/dialog.js';
import {t} from '../core/i18n.js';
import {notify} from '../core/notices.js';
import {byRole, displayName} from './folders.js';
import {untilDate} from './snooze.js';

/** So many emails go in one change: the server takes so many at a time in any case. */
const CHUNK = 400;

/**
 * What somebody did to emails at once; it may have gone to the server in several pieces.
 * @typedef {{done: Promise<*>, isUndoable: boolean, undo: function()}} Done
 */

/** Marks as read or unread. `quietly` says nothing: what happens by opening a message. @returns {Done|null} */
export function markRead(app, ids, isRead, {quietly = false} = {}) {
  const stale = ids.filter((id) => Boolean(app.records.Email.get(id)?.keywords?.$seen) !== isRead);
  const text = quietly ? null : t(isRead ? 'mail.did.read' : 'mail.did.unread', {count: stale.length});
  return act(app, stale, () => ({'keywords/$seen': isRead || null}), text);
}

/** Puts the star on or takes it off. @returns {Done|null} */
export function flag(app, ids, isFlagged) {
  const stale = ids.filter((id) => Boolean(app.records.Email.get(id)?.keywords?.$flagged) !== isFlagged);
  return act(app, stale, () => ({'keywords/$flagged': isFlagged || null}), t(isFlagged ? 'mail.did.star' : 'mail.did.unstar', {count: stale.length}));
}

/** Puts labels on and takes others off. @param {{add: string[], remove: string[]}} labels keywords. @returns {Done|null} */
export function label(app, ids, {add, remove}) {
  const patch = Object.fromEntries([...add.map((keyword) => [keywordPath(keyword), true]), ...remove.map((keyword) => [keywordPath(keyword), null])]);
  const stale = ids.filter((id) => {
    const keywords = app.records.Email.get(id)?.keywords ?? {};
    return add.some((keyword) => !keywords[keyword]) || remove.some((keyword) => keywords[keyword]);
  });
  return Object.keys(patch).length ? act(app, stale, () => ({...patch}), t('mail.did.label', {count: stale.length})) : null;
}

/** A keyword's place in a patch (RFC 6901): those of other programs may have any sign. */
export const keywordPath = (keyword) => `keywords/${keyword.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Moves to a folder, out of all others. @returns {Done|null} */
export function move(app, ids, mailboxId) {
  const name = displayName(app.records.Mailbox.get(mailboxId));
  return act(app, ids, () => placing(mailboxId), t('mail.did.move', {count: ids.length, name}));
}

/** Puts away until a time, when it comes back unread to where it was. @param {Date} until @returns {Done|null} */
export function snooze(app, ids, until) {
  return act(app, ids, () => putAway(until), t('mail.did.snooze', {count: ids.length, until: untilDate(until)}));
}

/** Brings back at once what was put away. @returns {Done|null} */
export function unsnooze(app, ids) {
  return act(app, ids.filter((id) => app.records.Email.get(id)?.snoozed), () => ({snoozed: null}), t('mail.did.unsnooze', {count: ids.length}));
}

/** The patch that puts an email away. @param {Date} until */
export const putAway = (until) => ({snoozed: {until: `${until.toISOString().slice(0, 19)}Z`}});

/** @returns {Done|null} */
export const archive = (app, ids) => toRole(app, ids, 'archive', {}, 'mail.did.archive');
/** Moves to Trash, from where it can be restored. @returns {Done|null} */
export const trash = (app, ids) => toRole(app, ids, 'trash', {}, 'mail.did.trash');
/** Moves to Trash; what lies there alone is destroyed, after a question. @returns {Promise<Done|null>} */
export async function discard(app, ids) {
  const bin = byRole(app, 'trash')?.id;
  const isThere = (id) => Object.keys(app.records.Email.get(id)?.mailboxIds ?? {}).every((box) => box === bin);
  if (ids.length === 0 || !ids.every(isThere)) return trash(app, ids);
  const isMeant = await confirm({title: t('mail.destroyTitle'), text: t('mail.destroyText', {count: ids.length}), action: t('mail.destroy')});
  return isMeant ? destroy(app, ids) : null;
}

/** Moves to Junk, or from there to the Inbox, and says so to whoever learns from it. @returns {Done|null} */
export function junk(app, ids, isJunk) {
  return isJunk
    ? toRole(app, ids, 'junk', judged(true), 'mail.did.junk')
    : toRole(app, ids, 'inbox', judged(false), 'mail.did.notJunk');
}

/** The patch that says what somebody thinks of an email. */
export const judged = (isJunk) => ({'keywords/$junk': isJunk || null, 'keywords/$notjunk': !isJunk || null});

/** Destroys for ever: whoever calls has asked. @returns {Done|null} */
export function destroy(app, ids) {
  return act(app, ids, () => null, t('mail.did.destroy', {count: ids.length}));
}

/** The patch that puts an email into one mailbox alone. */
export const placing = (mailboxId) => ({mailboxIds: {[mailboxId]: true}});

function toRole(app, ids, role, patch, words) {
  const mailbox = byRole(app, role);
  if (!mailbox) {
    notify(t('mail.noRole', {name: t(`mail.role.${role}`)}), {isError: true});
    return null;
  }
  return act(app, ids, () => ({...placing(mailbox.id), ...patch}), t(words, {count: ids.length}));
}

function act(app, ids, patch, text) {
  if (ids.length === 0) return null;
  const changes = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    changes.push(app.changes.update('Email', Object.fromEntries(ids.slice(start, start + CHUNK).map((id) => [id, patch()]))));
  }
  const done = {
    done: Promise.all(changes.map((change) => change.done)),
    isUndoable: changes.every(({isUndoable}) => isUndoable),
    undo: () => changes.map((change) => change.undo()),
  };
  done.done.catch(() => {});
  if (text) notify(text, done.isUndoable ? {onundo: done.undo, isLasting: true} : {});
  return done;
}
