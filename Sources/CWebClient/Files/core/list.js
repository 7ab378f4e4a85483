/**
 * The ids of a query (RFC 8620 §5.5), of which only the pages that were looked at are here: a mailbox of a hundred
 * thousand opens as fast as one of ten.
 *
 * A query with `collapseThreads` stands for conversations: with each page come the threads of its emails and the other
 * emails of these, so that a row can say how many there are and which were not read.
 *
 * Event `change`: the total, or what stands somewhere, is another.
 */
export class List extends EventTarget {
  static page = 30;
  static #remembered = 500;
  #jmap;
  #records;
  #threads;
  #ids = new Map();
  #loading = new Map();
  #refreshing = null;
  #isGone;
  #generation = 0;
  #isBefore;
  /** What was taken out here, and from where; the last few hundred. */
  #dropped = new Map();
  /** How many there are; null before the first page came. */
  total = null;
  /** Why the query failed, or null. */
  error = null;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {import('./records.js').Records} records where the records of the ids are kept.
   * @param {{filter?: Object, sort?: Object[], collapseThreads?: Boolean}} query arguments of `<type>/query`.
   * @param {(record: Object|undefined) => boolean} [isGone] whether a record that was changed here belongs no more.
   * @param {import('./records.js').Records} [threads] where threads are kept, for a query that collapses them.
   * @param {(one: Object, other: Object) => boolean} [isBefore] whether a record stands before another: with it, what is undone
   *   stands where it stood at once.
   */
  constructor(jmap, records, query, isGone = (record) => record === undefined, threads = null, isBefore = null) {
    super();
    this.#jmap = jmap;
    this.#records = records;
    this.#threads = query.collapseThreads ? threads : null;
    this.query = query;
    this.#isGone = isGone;
    this.#isBefore = isBefore;
  }

  /** The id at a place; undefined when its page is not here. */
  at(index) { return this.#ids.get(index); }

  /** The places and ids that are here, in no order. @returns {Iterable<[number, string]>} */
  entries() { return this.#ids.entries(); }

  /** The place of an id among those that are here, or -1. */
  indexOf(id) {
    for (const [index, other] of this.#ids) if (other === id) return index;
    return -1;
  }

  /** Reads the pages that hold the places from `from` up to but without `to`; resolves when they are here. */
  async need(from, to) {
    const first = Math.floor(Math.max(from, 0) / List.page);
    const last = Math.floor(Math.max(to - 1, 0) / List.page);
    const pages = [];
    for (let page = first; page <= last; page += 1) pages.push(this.#need(page));
    await Promise.all(pages);
  }

  #need(page) {
    const start = page * List.page;
    if (this.total !== null && (start >= this.total || this.#isWhole(start))) return null;
    if (!this.#loading.has(page)) {
      this.#loading.set(page, this.#load(start).finally(() => this.#loading.delete(page)));
    }
    return this.#loading.get(page);
  }

  #isWhole(start) {
    const end = Math.min(start + List.page, this.total);
    for (let index = start; index < end; index += 1) if (!this.#ids.has(index)) return false;
    return true;
  }

  async #load(start) {
    const generation = this.#generation;
    try {
      const found = await this.#read({position: start, limit: List.page});
      this.error = null;
      // What was read before a refresh stands elsewhere now.
      if (generation === this.#generation) this.#take(found);
    } catch (error) {
      this.error = error;
    }
    this.#changed();
  }

  async #read(where) {
    const {type, properties} = this.#records;
    const query = [`${type}/query`, {...this.query, ...where, calculateTotal: true}];
    const ids = {resultOf: 0, name: `${type}/query`, path: '/ids'};
    if (this.#threads) {
      try {
        return await this.#readThreads(query, ids, properties);
      } catch (error) {
        // Conversations of thousands: their newest emails alone, then.
        if (error.type !== 'requestTooLarge') throw error;
      }
    }
    const [found, records] = await this.#jmap.calls([query, [`${type}/get`, {'#ids': ids, ...(properties && {properties})}]]);
    this.#records.take(records);
    return found;
  }

  async #readThreads(query, ids, properties) {
    const [found, , threads, emails] = await this.#jmap.calls([
      query,
      ['Email/get', {'#ids': ids, properties: ['threadId']}],
      ['Thread/get', {'#ids': {resultOf: 1, name: 'Email/get', path: '/list/*/threadId'}}],
      ['Email/get', {'#ids': {resultOf: 2, name: 'Thread/get', path: '/list/*/emailIds'}, properties}],
    ]);
    this.#threads.take(threads);
    this.#records.take(emails);
    return found;
  }

  #take({ids, position, total}) {
    this.total = total;
    ids.forEach((id, offset) => {
      this.#ids.set(position + offset, id);
      this.#dropped.delete(id);
    });
    this.#dropGone(new Set(ids));
  }

  /**
   * Something changed at the server: reads again what is looked at, so that the record `anchor` stays where it is on the
   * screen.
   * @param {string[]} anchors ids of which the first that is still there must not move; none: the top stays the top.
   * @param {number} before how many places above the anchor are looked at.
   * @param {number} count how many places are looked at.
   * @returns {Promise<number>} by how many places the anchor moved.
   */
  async refresh(anchors, before = 0, count = List.page) {
    this.#refreshing = (this.#refreshing ?? Promise.resolve()).then(() => this.#refresh(anchors, before, count));
    return this.#refreshing;
  }

  async #refresh([anchor = null, ...others], before, count) {
    const place = anchor === null ? -1 : this.indexOf(anchor);
    if (place < 0 && others.length) return this.#refresh(others, before, count);
    let found;
    try {
      found = await this.#read(place < 0 ? {position: 0, limit: count} : {anchor, anchorOffset: -Math.min(before, place), limit: count});
    } catch (error) {
      if (error.type === 'anchorNotFound') return this.#refresh(others, before, count);
      this.error = error;
      this.#changed();
      return 0;
    }
    this.error = null;
    this.#generation += 1;
    this.#ids.clear();
    this.#take(found);
    const moved = place < 0 ? 0 : this.indexOf(anchor) - place;
    this.dispatchEvent(new CustomEvent('change', {detail: {moved}}));
    return moved;
  }

  /**
   * Takes out what was changed here so that it belongs no more, before the server says so, and puts back what belongs again.
   * @param {Set<string>} ids
   */
  recordsChanged(ids) {
    const isLess = this.#dropGone(ids);
    if (this.#putBack(ids) || isLess) this.#changed();
  }

  #putBack(ids) {
    const back = this.#isBefore ? [...ids].filter((id) => this.#dropped.has(id) && !this.#isGone(this.#records.get(id))) : [];
    for (const id of back) {
      const record = this.#records.get(id);
      const isBefore = (one, index) => this.#ids.has(index) && this.#isBefore(one, this.#records.get(this.#ids.get(index)));
      const isAfter = (one, index) => this.#ids.has(index) && this.#isBefore(this.#records.get(this.#ids.get(index)), one);
      let place = Math.min(this.#dropped.get(id), this.total);
      while (isBefore(record, place - 1)) place -= 1;
      while (isAfter(record, place)) place += 1;
      this.#dropped.delete(id);
      this.#ids = new Map([...this.#ids].map(([index, other]) => [index < place ? index : index + 1, other]));
      this.#ids.set(place, id);
      this.total += 1;
    }
    return back.length > 0;
  }

  #dropGone(ids) {
    const out = new Set([...ids].filter((id) => this.#isGone(this.#records.get(id))));
    if (out.size === 0) return false;
    const gone = [...this.#ids].filter(([, id]) => out.has(id)).map(([index]) => index);
    if (gone.length === 0) return false;
    for (const index of gone) this.#dropped.set(this.#ids.get(index), index);
    while (this.#dropped.size > List.#remembered) this.#dropped.delete(this.#dropped.keys().next().value);
    const places = new Set(gone);
    gone.sort((one, other) => one - other);
    const above = (index) => {
      let low = 0;
      let high = gone.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (gone[middle] < index) low = middle + 1; else high = middle;
      }
      return low;
    };
    this.#ids = new Map([...this.#ids].filter(([index]) => !places.has(index)).map(([index, id]) => [index - above(index), id]));
    this.total -= gone.length;
    return true;
  }

  #changed() { this.dispatchEvent(new CustomEvent('change', {detail: {moved: 0}})); }
}
