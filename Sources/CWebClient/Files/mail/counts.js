import {byRole} from './folders.js';

/**
 * How the counts of folders move by what was done here and is not at the server yet: with this they are shown, so that
 * nobody waits for them, with or without a connection. A thread of which not everything is here moves no count of threads.
 *
 * @param {import('../app/app.js').App} app
 * @returns {Map<string, {totalEmails: number, unreadThreads: number}>} by mailbox.
 */
export function pendingCounts(app) {
  const moved = new Map();
  const move = (mailboxId, name, by) => {
    if (!moved.has(mailboxId)) moved.set(mailboxId, {totalEmails: 0, unreadThreads: 0});
    moved.get(mailboxId)[name] += by;
  };
  const changing = new Map(app.records.Email.changing());
  for (const {before, after} of changing.values()) {
    for (const id of Object.keys(before.mailboxIds)) move(id, 'totalEmails', -1);
    for (const id of Object.keys(after?.mailboxIds ?? {})) move(id, 'totalEmails', 1);
  }
  for (const threadId of new Set([...changing.values()].map(({before}) => before.threadId))) {
    const {was, is} = standing(app, threadId, changing);
    for (const id of was) move(id, 'unreadThreads', -1);
    for (const id of is) move(id, 'unreadThreads', 1);
  }
  return moved;
}

/** The mailboxes that counted a thread as unread, and that count it now. */
function standing(app, threadId, changing) {
  const {Email, Thread} = app.records;
  const ids = Thread.get(threadId)?.emailIds ?? [];
  if (!ids.every((id) => Email.has(id))) return {was: [], is: []};
  const trash = byRole(app, 'trash')?.id;
  const before = ids.map((id) => changing.get(id)?.before ?? Email.get(id));
  return {was: unreadIn(before, trash), is: unreadIn(ids.map((id) => Email.get(id)).filter(Boolean), trash)};
}

/** As the server counts: in the trash the unread ones there; elsewhere all that are not only in the trash. */
function unreadIn(emails, trash) {
  const unread = emails.filter(({keywords}) => !keywords.$seen && !keywords.$draft);
  const isAnywhere = unread.some(({mailboxIds}) => Object.keys(mailboxIds).some((id) => id !== trash));
  const all = new Set(emails.flatMap(({mailboxIds}) => Object.keys(mailboxIds)));
  return [...all].filter((id) => (id === trash ? unread.some(({mailboxIds}) => trash in mailboxIds) : isAnywhere));
}
