/** How much of what a browser allows may be used, as shares: above `full` letters go, below `ample` more are kept again. */
export const SHARES = {full: 0.8, ample: 0.6};
/** So many letters go at a time, and so often. */
const STEP = 100;
const TRIES = 10;

/**
 * Sees to it that what is kept fits into what the browser allows. When space is short files go first, then whole letters, the
 * oldest first and flagged ones last; what was given up is remembered, so that it is not fetched again at once.
 */
export class Room {
  #database;
  #rows;

  /**
   * @param {import('./database.js').Database} database
   * @param {import('./rows.js').Rows} rows
   */
  constructor(database, rows) {
    this.#database = database;
    this.#rows = rows;
  }

  /**
   * What was given up for want of space; null: nothing.
   * @returns {Promise<{at: string, withFlagged: boolean}|null>} letters up to the UTCDate `at` (none where it is empty), and flagged
   *   ones among them; files in any case.
   */
  async since() { return (await this.#database.get('facts', NAME)) ?? null; }

  /** Makes room where it has become short; where there is plenty again, nothing is held back any more. @returns {Promise<boolean>} whether it is short. */
  async make() {
    let share = await used();
    if (share < SHARES.ample) await this.#database.delete('facts', NAME);
    for (let tries = 0; share > SHARES.full && tries < TRIES; tries += 1) {
      if (!await this.giveUp()) return true;
      share = await used();
    }
    return share > SHARES.full;
  }

  /** Gives up all files, or else some letters. @returns {Promise<boolean>} whether there was anything to give up. */
  async giveUp() {
    const before = await this.since();
    if (await this.#database.count('files')) {
      await this.#database.change(['files', 'facts'], (transaction) => {
        transaction.objectStore('files').clear();
        transaction.objectStore('facts').delete('filed');
        transaction.objectStore('facts').put(before ?? {at: '', withFlagged: false}, NAME);
      });
      return true;
    }
    const letters = (await this.#database.keys('letters')).map((id) => ({id, row: this.#rows.get(id)})).sort(forgettable);
    const gone = letters.slice(0, Math.min(STEP, Math.ceil(letters.length / 4)));
    if (gone.length === 0) return false;
    const rows = gone.map(({row}) => row).filter(Boolean);
    const at = rows.reduce((newest, {receivedAt}) => (receivedAt > newest ? receivedAt : newest), before?.at ?? '');
    const withFlagged = before?.withFlagged || rows.some(({keywords}) => keywords.$flagged);
    await this.#database.change(['letters', 'facts'], (transaction) => {
      gone.forEach(({id}) => transaction.objectStore('letters').delete(id));
      transaction.objectStore('facts').put({at, withFlagged: Boolean(withFlagged)}, NAME);
    });
    return true;
  }
}

const NAME = 'keptSince';

/** What nobody lists any more goes first, then the oldest; what is flagged last. */
function forgettable({row: one}, {row: other}) {
  if (!one || !other) return Boolean(one) - Boolean(other);
  const isFlagged = ({keywords}) => Boolean(keywords.$flagged);
  return isFlagged(one) - isFlagged(other) || (one.receivedAt < other.receivedAt ? -1 : 1);
}

/** The share of what the browser allows that is used; 0 where it does not say. */
async function used() {
  const {usage = 0, quota = Infinity} = (await navigator.storage?.estimate?.()) ?? {};
  return usage / quota;
}

/** Whether something was not kept because the space is used up. */
export const isFull = (error) => error?.name === 'QuotaExceededError';
