import {idle} from '../core/idle.js';
import {MAILDROP, VIEW} from '../core/jmap.js';
import {wanted as LETTER} from '../letter/details.js';
import {Files} from './files.js';
import {WHOLE} from './localserver.js';
import {isFull, Room} from './room.js';

/** How much of the mail a browser keeps. */
export const LIMITS = {
  /** Emails whose rows are kept, the newest. */
  rows: 20_000,
  /** Emails whose bodies are kept: of these days, flagged ones, and those that were opened. */
  days: 30,
  letters: 5_000,
  /** Octets of a message beyond which its body is kept only when it was opened. */
  largest: 2_000_000,
};
const PAGE = 500;
const BATCH = 10;
/** Properties of Email that a row is made of; `maildrop` only where the server knows it. */
const ROW = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'from', 'to', 'subject', 'preview', 'hasAttachment', 'snoozed'];

/**
 * Keeps in this browser what it needs without a connection, in step with the server. One tab does it for all; it takes its
 * time, and begins where the last one stopped.
 */
export class Keeper {
  #jmap;
  #database;
  #rows;
  #files;
  #room;
  #abort = new AbortController();
  #isLeading = false;
  #work = Promise.resolve();
  #isWaiting = false;

  /**
   * @param {import('../core/jmap.js').JMAP} jmap
   * @param {import('./database.js').Database} database
   * @param {import('./rows.js').Rows} rows
   */
  constructor(jmap, database, rows) {
    this.#jmap = jmap;
    this.#database = database;
    this.#rows = rows;
    this.#files = new Files(jmap, database);
    this.#room = new Room(database, rows);
    navigator.locks.request('restante.keeper', {signal: this.#abort.signal}, () => this.#lead()).catch(() => {});
  }

  close() { this.#abort.abort(); }

  #lead() {
    this.#isLeading = true;
    this.follow();
    return new Promise((resolve) => this.#abort.signal.addEventListener('abort', resolve));
  }

  /** Something changed at the server, or it can be reached again. What is asked for meanwhile is done once. */
  follow() {
    if (!this.#isLeading || this.#isWaiting) return;
    this.#isWaiting = true;
    this.#work = this.#work.then(() => idle()).then(() => {
      this.#isWaiting = false;
      return this.#keepUp();
      // Without a connection it goes on when there is one again; a full disk leaves what is there.
    }).catch(() => {});
  }

  async #keepUp() {
    if (this.#abort.signal.aborted || !this.#jmap.isReachable) return;
    await this.#database.put('facts', this.#jmap.session, 'session');
    await this.#keepWhole();
    await this.#rows.load();
    if ((await this.#database.get('facts', 'isFilled')) !== true) await this.#fill();
    await this.#catchUp();
    await this.#keepLetters();
    await this.#keepFiles();
  }

  /** Small types are read whole when their state is another. */
  async #keepWhole() {
    const types = WHOLE.filter((type) => type !== 'Maildrop' || this.#jmap.capability(MAILDROP));
    const states = await this.#jmap.calls(types.map((type) => [`${type}/get`, {ids: []}]));
    for (const [place, type] of types.entries()) {
      const kept = await this.#database.get('types', type);
      if (kept?.state === states[place].state) continue;
      const {list, state: newest} = await this.#jmap.call(`${type}/get`, {ids: null});
      await this.#database.put('types', {state: newest, list}, type);
    }
  }

  get #properties() { return this.#jmap.capability(MAILDROP) ? [...ROW, 'maildrop'] : ROW; }

  /** The newest rows, page by page. What changes meanwhile comes with `#catchUp`, from the state before the first page. */
  async #fill() {
    let state = await this.#database.get('facts', 'state Email');
    if (!state) {
      ({state} = await this.#jmap.call('Email/get', {ids: []}));
      await this.#database.put('facts', state, 'state Email');
    }
    let anchor = await this.#database.get('facts', 'filledTo');
    for (;;) {
      const found = await this.#page(anchor);
      const last = found.length < PAGE || this.#rows.size + found.length >= LIMITS.rows;
      for (const row of found) this.#rows.put(row);
      anchor = found.at(-1)?.id ?? anchor;
      await this.#database.change(['rows', 'facts'], (transaction) => {
        this.#rows.write(transaction);
        transaction.objectStore('facts').put(anchor ?? null, 'filledTo');
        transaction.objectStore('facts').put(last, 'isFilled');
      });
      if (last) return;
      await idle();
    }
  }

  async #page(anchor) {
    const where = anchor ? {anchor, anchorOffset: 1} : {position: 0};
    try {
      const [, emails] = await this.#jmap.calls([
        ['Email/query', {sort: [{property: 'receivedAt', isAscending: false}], ...where, limit: PAGE}],
        ['Email/get', {'#ids': {resultOf: 0, name: 'Email/query', path: '/ids'}, properties: this.#properties}],
      ]);
      return emails.list;
    } catch (error) {
      if (error.type !== 'anchorNotFound') throw error;
      return this.#page(null);
    }
  }

  /** Email/changes since the state that the rows are of. */
  async #catchUp() {
    for (;;) {
      const sinceState = await this.#database.get('facts', 'state Email');
      let changes;
      try {
        changes = await this.#jmap.call('Email/changes', {sinceState, maxChanges: PAGE});
      } catch (error) {
        if (error.type !== 'cannotCalculateChanges') throw error;
        await this.#startOver();
        return this.#fill();
      }
      await this.#takeChanges(changes);
      if (!changes.hasMoreChanges) return undefined;
    }
  }

  async #takeChanges({created, updated, destroyed, newState}) {
    const wanted = [...created, ...updated.filter((id) => this.#rows.has(id))];
    if (wanted.length) {
      const {list, notFound} = await this.#jmap.call('Email/get', {ids: wanted, properties: this.#properties});
      for (const row of list) this.#rows.put(row);
      for (const id of notFound) this.#rows.delete(id);
    }
    for (const id of destroyed) this.#rows.delete(id);
    const gone = [...destroyed, ...this.#rows.trim(LIMITS.rows)];
    await this.#database.change(['rows', 'facts', 'letters'], (transaction) => {
      this.#rows.write(transaction);
      transaction.objectStore('facts').put(newState, 'state Email');
      for (const id of gone) transaction.objectStore('letters').delete(id);
    });
  }

  async #startOver() {
    await this.#database.change(['rows', 'facts'], (transaction) => {
      transaction.objectStore('rows').clear();
      for (const name of ['state Email', 'filledTo', 'isFilled']) transaction.objectStore('facts').delete(name);
    });
    await this.#rows.load();
  }

  /** Bodies of the last days and of flagged emails, the newest first. */
  async #keepLetters() {
    if (await this.#room.make()) return;
    const givenUp = await this.#room.since();
    const since = [new Date(Date.now() - LIMITS.days * 86_400_000).toISOString(), givenUp?.at ?? ''].sort().at(-1);
    const isDear = (row) => row.keywords.$flagged && !(givenUp?.withFlagged && row.receivedAt <= givenUp.at);
    const kept = new Set(await this.#database.keys('letters'));
    const wanted = [...this.#rows.all()]
      .filter((row) => row.size <= LIMITS.largest && (row.receivedAt > since || isDear(row)))
      .sort((one, other) => (one.receivedAt < other.receivedAt ? 1 : -1))
      .slice(0, LIMITS.letters);
    const missing = wanted.filter(({id}) => !kept.has(id));
    for (let start = 0; start < missing.length; start += BATCH) {
      if (this.#abort.signal.aborted || this.#isWaiting) return;
      await this.#keepSome(missing.slice(start, start + BATCH).map(({id}) => id));
      await idle();
    }
    await this.#forgetOldest(kept.size + missing.length - LIMITS.letters, new Set(wanted.map(({id}) => id)));
  }

  /** What is attached to the letters that are kept, the newest first; nothing of it where space is short. */
  async #keepFiles() {
    if (await this.#room.since()) return;
    const ids = await this.#database.keys('letters');
    const known = new Set(await this.#database.get('facts', FILED));
    const missing = ids.filter((id) => !known.has(id)).map((id) => ({id, at: this.#rows.get(id)?.receivedAt ?? ''}));
    const filed = ids.filter((id) => known.has(id));
    if (missing.length === 0 && filed.length === known.size) return;
    for (const {id} of missing.sort((one, other) => (one.at < other.at ? 1 : -1))) {
      if (this.#abort.signal.aborted || this.#isWaiting) return;
      const letter = await this.#database.get('letters', id);
      if (letter) await this.#files.keep([letter.email], this.#abort.signal);
      filed.push(id);
      await this.#database.put('facts', filed, FILED);
    }
    await this.#files.trim();
  }

  async #keepSome(ids) {
    const calls = [['Email/get', {ids, ...LETTER}]];
    if (this.#jmap.capability(VIEW)) calls.push(['EmailView/get', {ids}]);
    const [emails, views] = await this.#jmap.calls(calls);
    const byId = new Map((views?.list ?? []).map((view) => [view.id, view]));
    const letters = emails.list.map((email) => ({id: email.id, at: Date.now(), email, view: byId.get(email.id) ?? null}));
    await this.#put(letters);
  }

  /** A full disk gives up what is older, once. */
  async #put(letters) {
    const put = () => this.#database.change(['letters'], (transaction) => letters.forEach((letter) => transaction.objectStore('letters').put(letter)));
    try {
      await put();
    } catch (error) {
      if (!isFull(error) || !await this.#room.giveUp()) throw error;
      await put();
    }
  }

  /** Of more than may be kept those go that nobody opened for longest; never what would be read again at once. */
  async #forgetOldest(count, wanted) {
    if (count <= 0) return;
    const oldest = await this.#database.oldest('letters', 'at', count + wanted.size);
    const ids = oldest.filter((id) => !wanted.has(id)).slice(0, count);
    await this.#database.change(['letters'], (transaction) => ids.forEach((id) => transaction.objectStore('letters').delete(id)));
  }

  /** A letter was opened: it is kept with what is attached, and counts as wanted now. */
  async opened(id) {
    const kept = await this.#database.get('letters', id);
    if (kept) {
      await this.#database.put('letters', {...kept, at: Date.now()});
      await this.#files.opened(kept.email);
    } else if (this.#jmap.isReachable) {
      await this.#keepSome([id]);
      this.follow();
    }
  }
}

/** The name under which stand the letters whose files were fetched. */
const FILED = 'filed';
