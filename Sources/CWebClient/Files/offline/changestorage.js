/**
 * Where the change log keeps what waits. Each tab's changes are its own as long as it lives; a tab that opens takes over
 * those of tabs that are gone.
 */
export class ChangeStorage {
  #database;
  #tab = Math.random().toString(36).slice(2);
  #last = Promise.resolve();

  /** @param {import('./database.js').Database} database */
  constructor(database) {
    this.#database = database;
    // Held for as long as the tab lives.
    navigator.locks?.request(lockName(this.#tab), () => new Promise(() => {}));
  }

  /** How many changes of other tabs wait. */
  async ofOthers() { return (await this.#database.all('changes')).filter(({tab}) => tab !== this.#tab).length; }

  /** The changes of tabs that are gone, in order; they are this tab's from now on. */
  async left() {
    const living = new Set((await navigator.locks?.query())?.held.map(({name}) => name));
    const all = await this.#database.all('changes');
    const left = all.filter(({tab}) => tab !== this.#tab && !living.has(lockName(tab)));
    if (left.length) await this.#database.change(['changes'], (transaction) => {
      for (const change of left) transaction.objectStore('changes').put({...change, tab: this.#tab});
    });
    return left;
  }

  put(change) { this.#then(() => this.#database.put('changes', {...change, tab: this.#tab})); }

  delete(key) { this.#then(() => this.#database.delete('changes', key)); }

  /** One after the other: what was put first is there when it is deleted. */
  #then(body) { this.#last = this.#last.then(body).catch(() => {}); }
}

const lockName = (tab) => `restante.tab.${tab}`;
