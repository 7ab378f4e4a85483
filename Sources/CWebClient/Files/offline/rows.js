/** What lists show of the newest emails, in packed chunks: in the database, and in memory while somebody needs them. */
export class Rows {
  static chunk = 500;
  #database;
  #chunks = new Map();
  #place = new Map();
  #dirty = new Set();

  /** @param {import('./database.js').Database} database */
  constructor(database) {
    this.#database = database;
  }

  /** Reads all chunks. */
  async load() {
    const [numbers, chunks] = await Promise.all([this.#database.keys('rows'), this.#database.all('rows')]);
    this.#chunks.clear();
    this.#place.clear();
    numbers.forEach((number, index) => {
      const chunk = new Map(chunks[index].map((row) => [row.id, row]));
      this.#chunks.set(number, chunk);
      for (const id of chunk.keys()) this.#place.set(id, number);
    });
  }

  get size() { return this.#place.size; }
  has(id) { return this.#place.has(id); }
  get(id) { return this.#chunks.get(this.#place.get(id))?.get(id); }

  /** All rows, in no order. */
  * all() { for (const chunk of this.#chunks.values()) yield* chunk.values(); }

  put(row) {
    let number = this.#place.get(row.id);
    if (number === undefined) {
      number = this.#chunks.size ? Math.max(...this.#chunks.keys()) : 0;
      if ((this.#chunks.get(number)?.size ?? 0) >= Rows.chunk) number += 1;
      if (!this.#chunks.has(number)) this.#chunks.set(number, new Map());
      this.#place.set(row.id, number);
    }
    this.#chunks.get(number).set(row.id, row);
    this.#dirty.add(number);
  }

  delete(id) {
    const number = this.#place.get(id);
    if (number === undefined) return;
    this.#chunks.get(number).delete(id);
    this.#place.delete(id);
    this.#dirty.add(number);
  }

  /** Drops the oldest beyond `limit`. @returns {string[]} their ids. */
  trim(limit) {
    if (this.size <= limit) return [];
    const sorted = [...this.all()].sort((one, other) => (one.receivedAt < other.receivedAt ? 1 : -1));
    const ids = sorted.slice(limit).map(({id}) => id);
    ids.forEach((id) => this.delete(id));
    return ids;
  }

  /** Writes what changed within a transaction of `rows`. */
  write(transaction) {
    const store = transaction.objectStore('rows');
    for (const number of this.#dirty) {
      const chunk = this.#chunks.get(number);
      if (chunk.size) store.put([...chunk.values()], number); else store.delete(number);
    }
    this.#dirty.clear();
  }
}
