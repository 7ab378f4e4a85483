import {catalogue} from '../core/i18n.js';
import {styles} from '../core/styles.js';
import {beginning} from './beginning.js';
import {Panel} from './panel.js';

let current = null;
let opening = Promise.resolve();

/**
 * Opens a letter to be written, in a panel over the page; what was open before is kept as a draft.
 * @param {import('../app/app.js').App} app
 * @param {{mode: 'new'|'reply'|'replyAll'|'forward'|'forwardWhole'|'draft'|'mailto'|'letter', emailId?: string, mailto?: string, letterId?: string}} how
 *   `forwardWhole` sends a letter on as an attachment; `letter` is one of the outbox.
 */
export function openComposer(app, how) {
  // One after the other: two at once would each think that they are the only one.
  opening = opening.catch(() => {}).then(() => open(app, how));
  return opening;
}

async function open(app, how) {
  await Promise.all([catalogue('compose', 'letter'), styles('letter')]);
  if (current && ((how.mode === 'draft' && current.draftId === how.emailId) || (how.mode === 'letter' && current.letterId === how.letterId))) return current.focus();
  if (await current?.close() === false) return current.focus();
  await app.records.Identity.load(null);
  const identities = app.records.Identity.all();
  const start = await beginning(app, how, identities);
  const before = document.activeElement;
  const panel = new Panel(app, start, identities, {
    onclosed: () => {
      if (current === panel) current = null;
      (before?.isConnected ? before : document.getElementById('main'))?.focus();
    },
    onreopen: (again) => openComposer(app, again).catch((error) => app.failed(error)),
  });
  current = panel;
  document.body.append(panel.element);
  panel.focus();
}
