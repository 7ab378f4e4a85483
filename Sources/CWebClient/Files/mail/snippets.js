/** Where the words of a search stand in what was found (RFC 8621 §5), read for the rows that are seen. */
export class Snippets {
  #app;
  #found = new Map();
  #isReading = false;
  #onread;

  /** @param {function(): void} onread called when there are more. */
  constructor(app, onread) {
    this.#app = app;
    this.#onread = onread;
  }

  /** @returns {{subject: string|null, preview: string|null}|undefined} */
  get(emailId) { return this.#found.get(emailId); }

  /** Reads those of `emailIds` that are not here, unless it is reading already: then the next call will. */
  async need(filter, emailIds) {
    const missing = emailIds.filter((id) => !this.#found.has(id));
    if (this.#isReading || missing.length === 0 || filter === null) return;
    this.#isReading = true;
    try {
      const {list} = await this.#app.jmap.call('SearchSnippet/get', {filter, emailIds: missing});
      for (const id of missing) this.#found.set(id, {});
      for (const {emailId, subject, preview} of list) this.#found.set(emailId, {subject, preview});
      this.#onread();
    } catch {
      // Rows show their beginnings then.
      for (const id of missing) this.#found.set(id, {});
    } finally {
      this.#isReading = false;
    }
  }
}
