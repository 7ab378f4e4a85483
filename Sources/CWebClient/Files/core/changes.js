import {MethodError, Refused, SignedOut, Unreachable} from './jmap.js';

/**
 * What people do to records: shown at once, sent in order, taken back when the server refuses, and undone on demand.
 *
 * Changes that are made in the same turn go in one `/set`. Those that the server can't be told wait, in the browser's
 * database where there is one: they outlive the tab, and a session that ended. A patch names single keywords and
 * mailboxes, so that what other devices did meanwhile stays. Events: `refused`, its `detail` `{change, error}`; `pending` when their number changes.
 */
export class ChangeLog extends EventTarget {
  #jmap;
  #records;
  #waiting = [];
  #sending = [];
  #storage = null;
  #timer = 0;
  #tries = 0;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {Object<string, import('./records.js').Records>} records by type.
   */
  constructor(jmap, records) {
    super();
    this.#jmap = jmap;
    this.#records = records;
    jmap.addEventListener('reachable', ({detail}) => { if (detail) this.#flush(); });
  }

  /** How many changes the server has not taken yet. */
  get pending() { return this.#waiting.length + this.#sending.length; }

  /** Resolved when the server has answered all that was done, or can't be reached. */
  sent() {
    return new Promise((resolve) => {
      const look = () => {
        if (this.pending > 0 && this.#jmap.isReachable) return;
        this.removeEventListener('pending', look);
        this.#jmap.removeEventListener('reachable', look);
        resolve();
      };
      this.addEventListener('pending', look);
      this.#jmap.addEventListener('reachable', look);
      look();
    });
  }

  /** How many changes of all tabs of this browser it has not taken, as far as they keep them. */
  async pendingEverywhere() { return this.pending + ((await this.#storage?.ofOthers()) ?? 0); }

  /** Keeps changes in `storage` from now on, and takes up those that were left there. @param {ChangeStorage} storage */
  async keepIn(storage) {
    this.#storage = storage;
    for (const {key, type, ids, back} of await storage.left()) {
      for (const [id, patch] of Object.entries(ids)) this.#records[type].lay(id, key, patch);
      this.#waiting.push(new Change(this, type, key, ids, back));
    }
    this.#tell();
    this.#flush();
  }

  /**
   * Changes records, and returns at once.
   * @param {string} type such as `Email`.
   * @param {Object<string, Object|null>} update a PatchObject for each id; null destroys.
   * @returns {Change}
   */
  update(type, update) {
    const records = this.#records[type];
    const key = newKey();
    const back = {};
    for (const [id, patch] of Object.entries(update)) {
      const record = records.get(id);
      if (record && patch) back[id] = records.inverse(record, patch);
    }
    const change = new Change(this, type, key, update, back);
    this.#waiting.push(change);
    for (const [id, patch] of Object.entries(update)) records.lay(id, key, patch);
    this.#storage?.put({key, type, ids: update, back});
    this.#tell();
    queueMicrotask(() => this.#flush());
    return change;
  }

  async #flush() {
    if (this.#sending.length || this.#waiting.length === 0) return;
    const {type} = this.#waiting[0];
    this.#sending = this.#waiting.splice(0, this.#reach(type));
    const isAnswered = await this.#send(type, this.#sending);
    if (!isAnswered) this.#waiting.unshift(...this.#sending);
    this.#sending = [];
    this.#tell();
    if (isAnswered) this.#flush();
  }

  /** How many of the changes in front fit into one set: of one type, touching different records. */
  #reach(type) {
    const taken = new Set();
    let count = 0;
    for (const change of this.#waiting) {
      const ids = Object.keys(change.ids);
      if (change.type !== type || ids.some((id) => taken.has(id)) || (count && taken.size + ids.length > MOST)) break;
      ids.forEach((id) => taken.add(id));
      count += 1;
    }
    return count;
  }

  /** @returns {Promise<boolean>} whether the server answered: without a connection, or a session, they wait for one. */
  async #send(type, changes) {
    const update = {};
    const destroy = [];
    for (const {ids} of changes) {
      for (const [id, patch] of Object.entries(ids)) {
        if (patch === null) destroy.push(id); else update[id] = this.#records[type].toSend(patch);
      }
    }
    let answer = null;
    let failure = null;
    try {
      const set = this.#jmap.call(`${type}/set`, {...(Object.keys(update).length && {update}), ...(destroy.length && {destroy})});
      const counts = type === 'Email' ? this.#jmap.call('Mailbox/get', {ids: null}).catch(() => null) : null;
      answer = await set;
      // In the same request, so that the folders' counts hold the change when it is lifted off.
      if (counts) this.#counted(await counts);
    } catch (error) {
      if (error instanceof Unreachable || error instanceof SignedOut || this.#triesLater(error)) return false;
      failure = error;
    }
    this.#tries = 0;
    for (const change of changes) this.#settle(change, answer, failure);
    return true;
  }

  /** A server that had no time is asked again, some times. */
  #triesLater(error) {
    if (!isForLater(error) || this.#tries >= TRIES) return false;
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), PAUSE);
    return true;
  }

  #counted(mailboxes) { if (mailboxes) this.#records.Mailbox.take(mailboxes); }

  #settle(change, answer, failure) {
    let refusal = failure;
    for (const id of Object.keys(change.ids)) {
      const error = answer?.notUpdated?.[id] ?? answer?.notDestroyed?.[id];
      // Somebody destroyed it already: there is nothing left to do.
      if (error && error.type !== 'notFound') refusal ??= new MethodError(error, `${change.type}/set`);
      this.#records[change.type].lift(id, change.key, !failure && !error);
    }
    this.#storage?.delete(change.key);
    if (refusal) {
      this.dispatchEvent(new CustomEvent('refused', {detail: {change, error: refusal}}));
      change.fail(refusal);
    } else {
      change.succeed();
    }
  }

  #tell() { this.dispatchEvent(new Event('pending')); }
}

/** Milliseconds after which a server that had no time is asked again. */
const PAUSE = 5000;
const TRIES = 6;

/** Whether a server had no time or was out of order: that says nothing about the change. */
const isForLater = (error) => error.type === 'serverUnavailable'
  || (error instanceof Refused && (error.status === 429 || error.status >= 500 || error.problem.limit === 'maxConcurrentRequests'));

/** Objects in one set: no server takes fewer than this (RFC 8620 §2 maxObjectsInSet). */
const MOST = 500;

let last = 0;
/** Later changes have greater keys, in other tabs too; of two made in the same millisecond each has its own. */
function newKey() {
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return last;
}

/** One thing that somebody did, to as many records as it was done to. */
export class Change {
  #log;
  #back;
  /** Settled when the server has answered; rejected when it refused. */
  done;

  constructor(log, type, key, ids, back) {
    this.#log = log;
    this.#back = back;
    this.type = type;
    this.key = key;
    this.ids = ids;
    this.done = new Promise((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
    this.done.catch(() => {});
  }

  /** Whether it can be undone: what was destroyed can't. */
  get isUndoable() { return Object.keys(this.#back).length > 0; }

  /** Does the opposite. @returns {Change} */
  undo() { return this.#log.update(this.type, this.#back); }
}
