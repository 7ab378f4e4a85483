import {MethodError} from './jmap.js';
import {inverse} from './records.js';

/**
 * What people do to records: shown at once, sent in order, taken back when the server refuses, and undone on demand.
 *
 * Changes that are made in the same turn go in one `/set`. Events: `refused`, its `detail` `{change, error}`.
 */
export class ChangeLog extends EventTarget {
  #jmap;
  #records;
  #waiting = [];
  #sending = null;
  #count = 0;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {Object<string, import('./records.js').Records>} records by type.
   */
  constructor(jmap, records) {
    super();
    this.#jmap = jmap;
    this.#records = records;
  }

  /** How many changes the server has not taken yet. */
  get pending() { return this.#waiting.length + (this.#sending?.length ?? 0); }

  /**
   * Changes records, and returns at once.
   * @param {string} type such as `Email`.
   * @param {Object<string, Object|null>} update a PatchObject for each id; null destroys.
   * @returns {Change}
   */
  update(type, update) {
    const records = this.#records[type];
    const key = ++this.#count;
    const back = {};
    for (const [id, patch] of Object.entries(update)) {
      const record = records.get(id);
      if (record && patch) back[id] = inverse(record, patch);
    }
    const change = new Change(this, type, key, update, back);
    this.#waiting.push(change);
    for (const [id, patch] of Object.entries(update)) records.lay(id, key, patch);
    queueMicrotask(() => this.#flush());
    return change;
  }

  async #flush() {
    if (this.#sending || this.#waiting.length === 0) return;
    // In order: one set takes the changes of one type that stand at the front, as long as they touch different records.
    const taken = new Set();
    const {type} = this.#waiting[0];
    let count = 0;
    while (count < this.#waiting.length) {
      const change = this.#waiting[count];
      const ids = Object.keys(change.ids);
      if (change.type !== type || ids.some((id) => taken.has(id)) || (count && taken.size + ids.length > 500)) break;
      ids.forEach((id) => taken.add(id));
      count += 1;
    }
    this.#sending = this.#waiting.splice(0, count);
    await this.#send(type, this.#sending);
    this.#sending = null;
    this.#flush();
  }

  async #send(type, changes) {
    const update = {};
    const destroy = [];
    for (const {ids} of changes) {
      for (const [id, patch] of Object.entries(ids)) {
        if (patch === null) destroy.push(id); else update[id] = patch;
      }
    }
    let answer = null;
    let failure = null;
    try {
      answer = await this.#jmap.call(`${type}/set`, {
        ...(Object.keys(update).length && {update}), ...(destroy.length && {destroy}),
      });
    } catch (error) {
      failure = error;
    }
    for (const change of changes) this.#settle(change, answer, failure);
  }

  #settle(change, answer, failure) {
    let refusal = failure;
    for (const id of Object.keys(change.ids)) {
      const error = answer?.notUpdated?.[id] ?? answer?.notDestroyed?.[id];
      // Somebody destroyed it already: there is nothing left to do.
      if (error && error.type !== 'notFound') refusal ??= new MethodError(error, `${change.type}/set`);
      this.#records[change.type].lift(id, change.key, !failure && !error);
    }
    if (refusal) {
      this.dispatchEvent(new CustomEvent('refused', {detail: {change, error: refusal}}));
      change.fail(refusal);
    } else {
      change.succeed();
    }
  }
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
