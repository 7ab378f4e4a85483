import {askFor, confirm} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {displayName, flat, pickFolder, tree} from './folders.js';

const TOP = 'top';

/** Asks for a name and makes a folder. @param {string|null} parentId @returns {Promise<string|null>} its id. */
export async function createFolder(app, parentId = null) {
  const parent = app.records.Mailbox.get(parentId);
  const name = await askName(t('mail.newFolder'), '', t('mail.create'), parent && t('mail.newFolderIn', {name: displayName(parent)}));
  if (name === null) return null;
  const answer = await set(app, {create: {new: {name, parentId}}}, 'new');
  return answer?.id ?? null;
}

/** Asks for another name. */
export async function renameFolder(app, mailbox) {
  const name = await askName(t('mail.rename'), displayName(mailbox), t('mail.rename'));
  if (name === null || name === displayName(mailbox)) return;
  if (await set(app, {update: {[mailbox.id]: {name}}}, mailbox.id)) {
    notify(t('mail.did.rename', {name}), {onundo: () => set(app, {update: {[mailbox.id]: {name: mailbox.name}}}, mailbox.id), isLasting: true});
  }
}

/** Asks where a folder is to lie. */
export async function moveFolder(app, mailbox) {
  const below = flat(tree(app)).find((node) => node.mailbox.id === mailbox.id);
  const except = new Set([mailbox.id, ...flat(below?.children ?? []).map((node) => node.mailbox.id)]);
  const chosen = await pickFolder(app, {
    title: t('mail.moveFolderTitle', {name: displayName(mailbox)}), except, extra: {label: t('mail.topLevel'), value: TOP},
  });
  if (chosen === null) return;
  const parentId = chosen === TOP ? null : chosen;
  if (await set(app, {update: {[mailbox.id]: {parentId}}}, mailbox.id)) {
    notify(t('mail.did.moveFolder', {name: displayName(mailbox)}), {
      onundo: () => set(app, {update: {[mailbox.id]: {parentId: mailbox.parentId}}}, mailbox.id), isLasting: true,
    });
  }
}

/** Deletes a folder: an empty one at once, one with mail after a question. @returns {Promise<boolean>} whether it is gone. */
export async function deleteFolder(app, mailbox) {
  const isFull = mailbox.totalEmails > 0;
  const isMeant = await confirm({
    title: t('mail.deleteFolderTitle', {name: displayName(mailbox)}),
    text: isFull ? t('mail.deleteFolderFull', {count: mailbox.totalEmails}) : t('mail.deleteFolderEmpty'), action: t('mail.deleteFolder'),
  });
  if (!isMeant) return false;
  const isGone = await set(app, {destroy: [mailbox.id], onDestroyRemoveEmails: isFull}, mailbox.id);
  if (isGone) notify(t('mail.did.deleteFolder', {name: displayName(mailbox)}));
  return Boolean(isGone);
}

async function askName(title, value, action, hint = null) {
  const input = el('input', {name: 'name', value, required: true, maxlength: '255', autofocus: true, autocomplete: 'off'});
  const name = await askFor({
    title, body: [hint && el('p', {}, hint), el('label', {}, t('mail.folderName'), input)],
    actions: [{label: action, kind: 'primary', value: () => input.value.trim() || false}, {label: t('core.cancel'), value: null}],
  }, () => queueMicrotask(() => input.select()));
  return name;
}

/** @returns {Promise<Object|true|null>} null when it was refused; then that is said. */
async function set(app, parameters, id) {
  try {
    const answer = await app.jmap.call('Mailbox/set', parameters);
    const made = settled(answer, id, 'Mailbox/set');
    await app.records.Mailbox.refresh({created: true});
    return made ?? true;
  } catch (error) {
    const known = ['alreadyExists', 'mailboxHasChild', 'mailboxHasEmail', 'invalidProperties', 'forbidden', 'overQuota'];
    if (known.includes(error.type)) notify(t(`mail.folderError.${error.type}`, {reason: error.message}), {isError: true});
    else app.failed(error);
    return null;
  }
}
