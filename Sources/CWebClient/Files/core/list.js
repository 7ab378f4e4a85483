/**
 * The ids of a query (RFC 8620 §5.5), of which only the pages that were looked at are here: a mailbox of a hundred
 * thousand opens as fast as one of ten.
 *
 * Event `change`: the total, or what stands somewhere, is another.
 */
export class List extends EventTarget {
  static page = 50;
  #jmap;
  #records;
  #ids = new Map();
  #loading = new Map();
  #refreshing = null;
  #isGone;
  /** How many there are; null before the first page came. */
  total = null;
  /** Why the query failed, or null. */
  error = null;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {import('./records.js').Records} records where the records of the ids are kept.
   * @param {{filter?: Object, sort?: Object[], collapseThreads?: Boolean}} query arguments of `<type>/query`.
   * @param {(record: Object|undefined) => boolean} [isGone] whether a record that was changed here belongs no more.
   */
  constructor(jmap, records, query, isGone = (record) => record === undefined) {
    super();
    this.#jmap = jmap;
    this.#records = records;
    this.query = query;
    this.#isGone = isGone;
  }

  /** The id at a place; undefined when its page is not here. */
  at(index) { return this.#ids.get(index); }

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
    try {
      this.#take(await this.#read({position: start, limit: List.page}));
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.#changed();
  }

  async #read(where) {
    const {type, properties} = this.#records;
    const [found, records] = await this.#jmap.calls([
      [`${type}/query`, {...this.query, ...where, calculateTotal: true}],
      [`${type}/get`, {'#ids': {resultOf: 0, name: `${type}/query`, path: '/ids'}, ...(properties && {properties})}],
    ]);
    this.#records.take(records);
    return found;
  }

  #take({ids, position, total}) {
    this.total = total;
    ids.forEach((id, offset) => this.#ids.set(position + offset, id));
    this.#dropGone(new Set(ids));
  }

  /**
   * Something changed at the server: reads again what is looked at, so that the record `anchor` stays where it is on the
   * screen.
   * @param {string|null} anchor the id that must not move; null: the top stays the top.
   * @param {number} before how many places above the anchor are looked at.
   * @param {number} count how many places are looked at.
   * @returns {Promise<number>} by how many places the anchor moved.
   */
  async refresh(anchor, before = 0, count = List.page) {
    this.#refreshing = (this.#refreshing ?? Promise.resolve()).then(() => this.#refresh(anchor, before, count));
    return this.#refreshing;
  }

  async #refresh(anchor, before, count) {
    const place = anchor === null ? -1 : this.indexOf(anchor);
    let found;
    try {
      found = await this.#read(place < 0 ? {position: 0, limit: count} : {anchor, anchorOffset: -Math.min(before, place), limit: count});
    } catch (error) {
      if (error.type === 'anchorNotFound') return this.#refresh(null, 0, count);
      this.error = error;
      this.#changed();
      return 0;
    }
    this.error = null;
    this.#ids.clear();
    this.#take(found);
    this.#changed();
    return place < 0 ? 0 : this.indexOf(anchor) - place;
  }

  /** Takes out what was changed here so that it belongs no more, before the server says so. @param {Set<string>} ids */
  recordsChanged(ids) {
    if (this.#dropGone(ids)) this.#changed();
  }

  #dropGone(ids) {
    const gone = [...this.#ids].filter(([, id]) => ids.has(id) && this.#isGone(this.#records.get(id))).map(([index]) => index);
    if (gone.length === 0) return false;
    const kept = new Map();
    for (const [index, id] of this.#ids) {
      if (gone.includes(index)) continue;
      kept.set(index - gone.filter((other) => other < index).length, id);
    }
    this.#ids = kept;
    this.total -= gone.length;
    return true;
  }

  #changed() { this.dispatchEvent(new Event('change')); }
}
