import {t} from '../core/i18n.js';

/** The folders to choose from, as `[id, name]`: the Inbox first, others with those above them before their name. */
export function folderChoices(app) {
  const mailboxes = app.records.Mailbox.all();
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]));
  const path = (mailbox) => [...(byId.has(mailbox.parentId) ? path(byId.get(mailbox.parentId)) : []), mailbox.name];
  const choices = mailboxes.map((mailbox) => [mailbox.id, mailbox.role === 'inbox' ? t('settings.inbox') : path(mailbox).join(' / '), mailbox.role]);
  return choices.sort((a, b) => (b[2] === 'inbox') - (a[2] === 'inbox') || a[1].localeCompare(b[1])).map(([id, name]) => [id, name]);
}
