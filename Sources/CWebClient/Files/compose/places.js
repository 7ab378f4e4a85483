import {settled} from '../core/jmap.js';

const NAMES = {drafts: 'Drafts', sent: 'Sent', trash: 'Trash'};

/** The id of the mailbox with a role; it is made where there is none any more. @param {'drafts'|'sent'|'trash'} role */
export async function place(app, role) {
  const found = app.records.Mailbox.all().find((mailbox) => mailbox.role === role);
  if (found) return found.id;
  const made = settled(await app.jmap.call('Mailbox/set', {create: {one: {name: NAMES[role], role}}}), 'one', 'Mailbox/set');
  await app.records.Mailbox.load([made.id]);
  return made.id;
}
