import {CORE} from './jmap.js';

/**
 * The objects of one JMAP type that this page has seen, kept in step with the server and shown with the changes that are
 * on their way.
 *
 * Event `created`, its `detail` the ids that the server made since the last look; `change` is told below.
 *
 * What the server said and what was changed here since are apart: a change is laid over the record until the server has
 * taken it, and lifted off again when it refuses.
 */
export class Records extends EventTarget {
  #records = new Map();
  #overlays = new Map();
  #shown = new Map();
  #jmap;
  #refreshing = Promise.resolve();
  /** The JMAP type, such as `Email`. */
  type;
  /** The properties that every record has; undefined means all. */
  properties;
  /** The server's state that the records are of (RFC 8620 §5.1); null before the first were read. */
  state = null;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {string} type
   * @param {string[]} [properties]
   */
  constructor(jmap, type, properties) {
    super();
    this.#jmap = jmap;
    this.type = type;
    this.properties = properties;
  }

  /** The record with changes on their way laid over it; undefined when it is not here (or was destroyed). */
  get(id) {
    if (!this.#overlays.has(id)) return this.#records.get(id);
    if (!this.#shown.has(id)) this.#shown.set(id, this.#patched(this.#records.get(id), this.#overlays.get(id)));
    return this.#shown.get(id);
  }

  /** A record from elsewhere with the changes on their way laid over it; undefined when they destroy it. */
  laid(id, record) {
    return this.#overlays.has(id) ? this.#patched(record, this.#overlays.get(id)) : record;
  }

  /**
   * What changes on their way are laid over: as the server has it, and as it is shown.
   * @returns {Iterable<[string, {before: Object, after: Object|undefined}]>}
   */
  * changing() {
    for (const id of this.#overlays.keys()) {
      const before = this.#records.get(id);
      if (before) yield [id, {before, after: this.get(id)}];
    }
  }

  has(id) { return this.#records.has(id); }

  /** All that are here. */
  all() { return [...this.#records.keys()].map((id) => this.get(id)).filter(Boolean); }

  /** Takes the answer of a `/get`. */
  take({list, state, notFound}) {
    for (const record of list) this.#records.set(record.id, {...this.#records.get(record.id), ...record});
    for (const id of notFound ?? []) this.#records.delete(id);
    this.state ??= state;
    this.#tell([...list.map(({id}) => id), ...(notFound ?? [])]);
  }

  /**
   * Reads what is not here yet. `extra` are properties beyond the usual: records that lack one are read again with them.
   * @param {string[]|null} ids null: all there are.
   */
  async load(ids, extra = []) {
    const missing = ids?.filter((id) => !this.#records.has(id) || extra.some((name) => !(name in this.#records.get(id))));
    if (missing?.length === 0) return;
    await this.#read(missing ?? null, this.properties && [...this.properties, ...extra]);
  }

  /** Reads records, as many at a time as the server gives. @param {string[]|null} ids */
  async #read(ids, properties = this.properties) {
    const most = this.#jmap.session.capabilities[CORE].maxObjectsInGet;
    const pieces = ids === null ? [null] : Array.from({length: Math.ceil(ids.length / most)}, (_, at) => ids.slice(at * most, (at + 1) * most));
    for (const piece of pieces) this.take(await this.#jmap.call(`${this.type}/get`, {ids: piece, ...(properties && {properties})}));
  }

  /**
   * Reads again what is here: of a state that the server has forgotten (or that nobody knows) it can't tell what changed.
   * What is shown stays until what is newer has come.
   */
  async #renew(wantsAll) {
    const before = [...this.#records.keys()];
    this.state = null;
    if (!wantsAll) return this.#read(before);
    const answer = await this.#jmap.call(`${this.type}/get`, {ids: null, ...(this.properties && {properties: this.properties})});
    const there = new Set(answer.list.map(({id}) => id));
    return this.take({...answer, notFound: before.filter((id) => !there.has(id))});
  }

  /**
   * Takes the answer of a `/get` of all there are, before anything that is asked for from now on: what is not in it is gone.
   * @param {Promise<Object>} answer
   */
  takeWhole(answer) {
    this.#refreshing = this.#refreshing.catch(() => {}).then(() => answer).then((whole) => {
      const there = new Set(whole.list.map(({id}) => id));
      this.state = null;
      this.take({...whole, notFound: [...this.#records.keys()].filter((id) => !there.has(id))});
    });
    return this.#refreshing;
  }

  /**
   * Brings the records here to the server's newest state; one after the other, when it is asked for several times. What is
   * not here is not fetched, unless `created` says so.
   * @param {{created?: boolean, until?: string}} [options] `until`: a state of the server's, at which there is nothing to do.
   * @returns {Promise<{created: string[], updated: string[], destroyed: string[]}|null>} null: too long ago, all was read again.
   */
  refresh(options = {}) {
    this.#refreshing = this.#refreshing.catch(() => {}).then(() => this.#refresh(options));
    return this.#refreshing;
  }

  async #refresh({created: wantsCreated = false, until = null}) {
    const seen = {created: [], updated: [], destroyed: []};
    if (until !== null && this.state === until) return seen;
    if (this.state === null) {
      if (this.#records.size) await this.#renew(wantsCreated);
      return seen;
    }
    for (;;) {
      let changes;
      try {
        changes = await this.#jmap.call(`${this.type}/changes`, {sinceState: this.state});
      } catch (error) {
        if (error.type !== 'cannotCalculateChanges') throw error;
        await this.#renew(wantsCreated);
        return null;
      }
      for (const kind of Object.keys(seen)) seen[kind].push(...changes[kind]);
      const stale = [...changes.updated, ...changes.created].filter((id) => this.#records.has(id));
      const wanted = wantsCreated ? [...new Set([...stale, ...changes.created])] : stale;
      if (wanted.length) await this.#read(wanted);
      // Only now: where reading them failed, the next look begins here again.
      this.state = changes.newState;
      for (const id of changes.destroyed) this.#records.delete(id);
      this.#tell(changes.destroyed);
      if (changes.created.length) this.dispatchEvent(new CustomEvent('created', {detail: changes.created}));
      if (!changes.hasMoreChanges) return seen;
    }
  }

  /** Lays a change over a record; `lift` takes it off. @param {Object|null} patch null: destroyed. */
  lay(id, key, patch) {
    const overlays = this.#overlays.get(id) ?? new Map();
    overlays.set(key, patch);
    this.#overlays.set(id, overlays);
    this.#tell([id]);
  }

  /** The change is over: taken by the server (then `keep` leaves its effect in the record), or refused. */
  lift(id, key, keep) {
    const overlays = this.#overlays.get(id);
    if (!overlays?.has(key)) return;
    const patch = overlays.get(key);
    overlays.delete(key);
    if (overlays.size === 0) this.#overlays.delete(id);
    if (keep && this.#records.has(id)) {
      const record = this.#patched(this.#records.get(id), new Map([[key, patch]]));
      if (record) this.#records.set(id, record); else this.#records.delete(id);
    }
    this.#tell([id]);
  }

  /** A record with patches (RFC 8620 §5.3 PatchObject) laid over it, in the order in which they were made. */
  #patched(record, overlays) {
    let result = record;
    for (const patch of overlays.values()) {
      if (patch === null || result === undefined) return undefined;
      result = this.applied(result, patch);
    }
    return result;
  }

  // What a type whose properties hang together says otherwise.

  /** What the server makes of a record by a patch. */
  applied(record, patch) { return applied(record, patch); }
  /** The patch that takes `patch` back from a record to which it is about to be applied. */
  inverse(record, patch) { return inverse(record, patch); }
  /** A patch as it is sent, which may be some time after it was made. */
  toSend(patch) { return patch; }

  /** Event `change`, its `detail` the ids that look different now. */
  #tell(ids) {
    if (ids.length === 0) return;
    for (const id of ids) this.#shown.delete(id);
    this.dispatchEvent(new CustomEvent('change', {detail: new Set(ids)}));
  }
}

/** @returns a copy of `record` to which a PatchObject has been applied. */
export function applied(record, patch) {
  const result = {...record};
  for (const [path, value] of Object.entries(patch)) {
    const [first, second] = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (second === undefined) {
      result[first] = value;
    } else {
      const inner = {...result[first]};
      if (value === null) delete inner[second]; else inner[second] = value;
      result[first] = inner;
    }
  }
  return result;
}

/** The patch that takes `patch` back from a record to which it is about to be applied. */
export function inverse(record, patch) {
  return Object.fromEntries(Object.keys(patch).map((path) => {
    const [first, second] = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    return [path, (second === undefined ? record[first] : record[first]?.[second]) ?? null];
  }));
}
