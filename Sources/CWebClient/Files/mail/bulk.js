import {t} from '../core/i18n.js';
import {CORE} from '../core/jmap.js';
import {notify} from '../core/notices.js';

/**
 * Does something to every email that a filter finds, seen or not: first all ids are read, page by page, then they are
 * changed, as many at a time as the server takes. It says how far it is, can be stopped, and what was done undone; so it
 * is when the connection breaks in between.
 *
 * @param {import('../app/app.js').App} app
 * @param {{filter: Object|null, except?: Set<string>, properties?: string[], holds?: function(Object): boolean}} what `except` are
 *   threads that are left alone; so is an email for which `holds`, which is shown these properties, says no.
 * @param {Object|null} patch for each email; null destroys.
 * @param {string} text what the notice says in the end: a key with `{count}`.
 * @param {function(): void} [onstep] called when a piece was done.
 */
export async function changeAll(app, {filter, except = new Set(), properties = [], holds = () => true}, patch, text, onstep = () => {}) {
  // What was done before comes before: the way back leads to after it.
  await app.changes.sent();
  // What this browser keeps is not all that the list holds.
  if (!app.jmap.isReachable) return notify(t('mail.wholeNeedsServer'), {isError: true});
  let isStopped = false;
  const onstop = () => { isStopped = true; };
  const before = await find(app, {filter, except, properties, holds}, patch, () => isStopped, paced((count) => notify(t('mail.finding', {count}), {onstop})));
  if (isStopped) return notify(t('mail.stopped', {count: 0}));
  const entries = Object.entries(before);
  let done = 0;
  const tell = paced((count) => {
    onstep();
    notify(t('mail.changing', {count, total: entries.length}), {onstop});
  });
  try {
    await send(app, entries.map(([id]) => [id, patch]), () => isStopped, (count) => {
      done = count;
      tell(count);
    });
  } catch (error) {
    if (done === 0) throw error;
    isStopped = true;
  }
  onstep();
  const undo = async () => {
    await send(app, entries.slice(0, done).filter(([, back]) => back), () => false, paced((count) => notify(t('mail.undoing', {count}))));
    onstep();
    notify(t('mail.undone'));
  };
  const words = isStopped ? t('mail.stopped', {count: done}) : t(text, {count: done});
  notify(words, patch ? {onundo: () => undo().catch((error) => app.failed(error)), isLasting: true} : {});
}

/** How far it is, is said now and then: what is said is read out too. */
function paced(tell) {
  let last = -Infinity;
  return (count) => {
    if (performance.now() - last < 2000) return;
    last = performance.now();
    tell(count);
  };
}

/** The emails, each with the patch that takes `patch` back. */
async function find(app, {filter, except, properties: looked, holds}, patch, isStopped, tell) {
  const limit = app.jmap.session.capabilities[CORE].maxObjectsInGet;
  const found = {};
  const changed = new Set(Object.keys(patch ?? {}).map((path) => path.split('/')[0]));
  const properties = [...new Set(['threadId', ...looked, ...changed, ...(changed.has('mailboxIds') ? ['snoozed'] : [])])];
  for (let position = 0, total = Infinity; position < total && !isStopped();) {
    const [page, emails] = await app.jmap.calls([
      ['Email/query', {filter, sort: [{property: 'receivedAt', isAscending: false}], position, limit, calculateTotal: true}],
      ['Email/get', {'#ids': {resultOf: 0, name: 'Email/query', path: '/ids'}, properties}],
    ]);
    total = page.total;
    for (const email of emails.list) {
      if (except.has(email.threadId) || !holds(email)) continue;
      const back = takingBack(email, patch);
      if (back === null || Object.keys(back).length) found[email.id] = back;
    }
    if (page.ids.length === 0) break;
    // A server may give fewer than it was asked for.
    position += page.ids.length;
    tell(Object.keys(found).length);
  }
  return found;
}

/** What differs from the patch now; an empty object: nothing does. */
function takingBack(email, patch) {
  if (patch === null) return null;
  const back = {};
  for (const [path, value] of Object.entries(patch)) {
    const [name, key] = path.split('/');
    const now = (key === undefined ? email[name] : email[name][key]) ?? null;
    if (JSON.stringify(now) !== JSON.stringify(value)) back[path] = now;
  }
  // What was put away is put away again, which says where it lies.
  if (email.snoozed && back.mailboxIds) {
    delete back.mailboxIds;
    back.snoozed = email.snoozed;
  }
  return back;
}

/** Sends the entries, and tells after each piece how many were. */
async function send(app, entries, isStopped, tell) {
  const size = app.jmap.session.capabilities[CORE].maxObjectsInSet;
  let done = 0;
  while (done < entries.length && !isStopped()) {
    const piece = entries.slice(done, done + size);
    const update = Object.fromEntries(piece.filter(([, patch]) => patch));
    const destroy = piece.filter(([, patch]) => !patch).map(([id]) => id);
    await app.jmap.call('Email/set', {...(Object.keys(update).length && {update}), ...(destroy.length && {destroy})});
    done += piece.length;
    tell(done);
  }
}
