/**
 * The keys of the mail page, as people know them from other web mail. What replies and forwards belongs to the message that
 * is read (letter/), undoing to the page as a whole.
 * @param {import('../app/app.js').App} app
 * @param {import('./mail.js').MailPage} page
 */
export function keyMap(app, page) {
  const {triage} = page;
  return [
    {keys: ['j'], label: 'mail.key.next', run: () => page.step(1)},
    {keys: ['k'], label: 'mail.key.previous', run: () => page.step(-1)},
    {keys: ['o'], label: 'mail.key.open', run: () => page.openActive()},
    {keys: ['u'], label: 'mail.key.back', run: () => page.back()},
    {keys: ['x'], label: 'mail.key.choose', run: () => page.toggleActive()},
    {keys: ['Ctrl+a', 'Meta+a'], label: 'mail.key.chooseAll', run: (event) => (isInList(event) ? page.chooseAll() : false)},
    {keys: ['Escape'], label: 'mail.key.escape', run: (event) => escape(event, page)},
    {keys: ['e'], label: 'mail.key.archive', run: () => triage.archive()},
    {keys: ['#', 'Delete'], label: 'mail.key.trash', run: (event) => (isInField(event) ? false : triage.trash())},
    {keys: ['!'], label: 'mail.key.junk', run: () => triage.junk()},
    {keys: ['s'], label: 'mail.key.star', run: () => triage.star()},
    {keys: ['Shift+I'], label: 'mail.key.read', run: () => triage.read(true)},
    {keys: ['Shift+U'], label: 'mail.key.unread', run: () => triage.read(false)},
    {keys: ['b'], label: 'mail.key.snooze', run: () => triage.snooze()},
    {keys: ['v'], label: 'mail.key.move', run: () => triage.moveTo()},
    {keys: ['l'], label: 'mail.key.label', run: () => triage.label()},
    {keys: ['c'], label: 'mail.key.compose', run: () => page.compose()},
    {keys: ['/'], label: 'mail.key.search', run: () => page.focusSearch()},
    {keys: ['g i'], label: 'mail.key.inbox', run: () => page.goToRole('inbox')},
    {keys: ['g b'], label: 'mail.key.snoozed', run: () => page.goToRole('snoozed')},
    {keys: ['g s'], label: 'mail.key.sent', run: () => page.goToRole('sent')},
    {keys: ['g d'], label: 'mail.key.drafts', run: () => page.goToRole('drafts')},
    {keys: ['g e'], label: 'mail.key.archiveFolder', run: () => page.goToRole('archive')},
    {keys: ['g a'], label: 'mail.key.all', run: () => app.router.go(['mail', 'all'])},
    {keys: ['?'], label: 'mail.key.help', run: () => void page.help()},
  ];
}

const isInField = (event) => event.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], dialog') != null;

/** Elsewhere what is marked is the page's text. */
const isInList = (event) => event.target === document.body || event.target.closest?.('.mail-list, .folders') != null;

function escape(event, page) {
  if (isInField(event)) return false;
  if (!page.selection.isEmpty) page.selection.clear();
  else if (page.view.threadId !== null) page.back();
  else return false;
}
