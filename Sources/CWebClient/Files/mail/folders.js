import {askFor} from '../core/dialog.js';
import {el, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';

/** The roles in the order in which they are listed; what has none follows by its sort order and name. */
const ROLES = ['inbox', 'snoozed', 'drafts', 'sent', 'archive', 'junk', 'trash'];
const ICONS = {inbox: 'inbox', snoozed: 'clock', drafts: 'drafts', sent: 'sent', archive: 'archive', junk: 'junk', trash: 'trash'};

/** The mailbox that has a role, or undefined. */
export const byRole = (app, role) => app.records.Mailbox.all().find((mailbox) => mailbox.role === role);

/** What people read for a mailbox: those with a role are named in their language, unless somebody named them otherwise. */
export function displayName(mailbox) {
  if (!mailbox) return '';
  const usual = mailbox.role && mailbox.name.toLowerCase() === mailbox.role;
  return usual ? t(`mail.role.${mailbox.role}`) : mailbox.name;
}

/** The picture for a mailbox. */
export const folderIcon = (mailbox) => ICONS[mailbox?.role] ?? 'folder';

/** The name with those of the folders around it: "Work / Invoices". */
export function fullName(app, mailbox) {
  const names = [];
  for (let at = mailbox, depth = 0; at && depth < 50; at = app.records.Mailbox.get(at.parentId), depth += 1) names.unshift(displayName(at));
  return names.join(' / ');
}

/** The number that stands beside a folder: what is unread, of drafts all; with what is `pending` (counts.js). */
export function badge(mailbox, pending = {totalEmails: 0, unreadThreads: 0}) {
  if (mailbox.role === 'drafts') return Math.max(mailbox.totalEmails + pending.totalEmails, 0);
  return ['trash', 'sent', 'snoozed'].includes(mailbox.role) ? 0 : Math.max(mailbox.unreadThreads + pending.unreadThreads, 0);
}

/**
 * The mailboxes as a tree, each node `{mailbox, depth, children}`, in the order in which they are shown.
 */
export function tree(app) {
  const children = Map.groupBy(app.records.Mailbox.all(), ({parentId}) => (app.records.Mailbox.get(parentId) ? parentId : null));
  const grow = (parentId, depth) => (children.get(parentId) ?? []).sort(inOrder).map((mailbox) => ({
    mailbox, depth, children: depth < 50 ? grow(mailbox.id, depth + 1) : [],
  }));
  return grow(null, 0);
}

function inOrder(one, other) {
  return place(one) - place(other) || one.sortOrder - other.sortOrder || byName(displayName(one), displayName(other));
}

/** Plain names need no collator, whose making costs a slow device some time before the first list. */
function byName(one, other) {
  if (!PLAIN.test(one) || !PLAIN.test(other)) return one.localeCompare(other);
  const [first, second] = [one.toLowerCase(), other.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
const PLAIN = /^[a-z0-9 ]*$/i;

function place({role}) {
  const index = ROLES.indexOf(role);
  return index < 0 ? ROLES.length : index;
}

/** All nodes of a tree, one after the other. */
export const flat = (nodes) => nodes.flatMap((node) => [node, ...flat(node.children)]);

/**
 * Lets somebody choose a folder, by writing a part of its name or from the list.
 * @param {import('../app/app.js').App} app
 * @param {{title: string, except?: Set<string>, extra?: {label: string, value: *}}} options folders that are not offered, and what else is.
 * @returns {Promise<string|null>} its id; null when nothing was chosen.
 */
export function pickFolder(app, {title, except = new Set(), extra = null}) {
  const folders = flat(tree(app)).filter(({mailbox}) => !except.has(mailbox.id));
  const search = el('input', {type: 'search', autofocus: true, 'aria-label': t('mail.findFolder'), placeholder: t('mail.findFolder')});
  const list = el('div.picker', {});
  return askFor({title, body: [search, list], className: 'is-picker'}, (dialog, close) => {
    const buttons = folders.map(({mailbox, depth}) => el('button.picker-folder', {
      type: 'button', style: {'--depth': depth}, dataset: {name: fullName(app, mailbox).toLowerCase()}, onclick: () => close(mailbox.id),
    }, icon(folderIcon(mailbox)), el('span', {}, displayName(mailbox))));
    if (extra) buttons.unshift(el('button.picker-folder', {type: 'button', style: {'--depth': 0}, dataset: {name: ''}, onclick: () => close(extra.value)}, icon('folder'), extra.label));
    list.append(...buttons);
    const shown = () => buttons.filter(({hidden}) => !hidden);
    search.addEventListener('input', () => {
      const wanted = search.value.trim().toLowerCase();
      for (const button of buttons) button.hidden = !button.dataset.name.includes(wanted);
    });
    dialog.addEventListener('keydown', (event) => {
      const at = shown().indexOf(document.activeElement);
      if (event.key === 'ArrowDown') shown()[at + 1]?.focus();
      else if (event.key === 'ArrowUp') (shown()[at - 1] ?? search).focus();
      else if (event.key === 'Enter' && document.activeElement === search) shown()[0]?.click();
      else return;
      event.preventDefault();
    });
  });
}
