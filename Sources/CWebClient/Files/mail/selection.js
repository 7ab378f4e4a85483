/**
 * Which conversations of a list are chosen: some, by their threads, or the whole of it but some.
 *
 * Event `change`.
 */
export class Selection extends EventTarget {
  /** thread id → the email that stands for it in the list. */
  #chosen = new Map();
  #except = new Set();
  #isWhole = false;
  /** Where a range begins, or -1. */
  anchor = -1;

  /** Whether everything in the list is chosen, seen or not. */
  get isWhole() { return this.#isWhole; }
  /** The threads that the whole is without. */
  get except() { return this.#except; }
  get isEmpty() { return !this.#isWhole && this.#chosen.size === 0; }
  /** The emails that stand for what is chosen; meaningless for the whole. */
  get emailIds() { return [...this.#chosen.values()]; }

  /** How many, of a list of `total`. */
  count(total) { return this.#isWhole ? Math.max((total ?? 0) - this.#except.size, 0) : this.#chosen.size; }

  has(key) { return this.#isWhole ? !this.#except.has(key) : this.#chosen.has(key); }

  /** @param {Array<{key: string, emailId: string}>} rows */
  set(rows, isChosen) {
    for (const {key, emailId} of rows) {
      if (this.#isWhole) {
        if (isChosen) this.#except.delete(key); else this.#except.add(key);
      } else if (isChosen) {
        this.#chosen.set(key, emailId);
      } else {
        this.#chosen.delete(key);
      }
    }
    this.#changed();
  }

  toggle(row) { this.set([row], !this.has(row.key)); }

  whole() {
    this.#chosen.clear();
    this.#except.clear();
    this.#isWhole = true;
    this.#changed();
  }

  clear() {
    if (this.isEmpty) return;
    this.#chosen.clear();
    this.#except.clear();
    this.#isWhole = false;
    this.anchor = -1;
    this.#changed();
  }

  #changed() { this.dispatchEvent(new Event('change')); }
}
