/** How much of what is attached to letters a browser keeps. */
export const LIMITS = {
  /** Octets of one file; a larger one is kept by nobody. */
  file: 5_000_000,
  /** Octets of all files of one letter, its pictures first. */
  letter: 10_000_000,
  /** Octets of all files that are kept. */
  all: 200_000_000,
  /** Files that are fetched at a time. */
  atOnce: 2,
};

/**
 * Attachments and pictures of the letters that are kept, as octets by their blob's id: what makes a letter whole without a
 * connection. Beyond the limits those go that nobody opened for longest.
 */
export class Files {
  #jmap;
  #database;

  /**
   * @param {import('../core/jmap.js').JMAP} jmap
   * @param {import('./database.js').Database} database
   */
  constructor(jmap, database) {
    this.#jmap = jmap;
    this.#database = database;
  }

  /**
   * Fetches what letters have attached and is not here yet; the letters know from then on that it was done.
   * @param {Object[]} emails as they are kept.
   * @param {AbortSignal} signal
   */
  async keep(emails, signal) {
    const kept = new Set(await this.#database.keys('files'));
    for (const email of emails) {
      const missing = partsOf(email).filter(({blobId}) => !kept.has(blobId));
      for (let start = 0; start < missing.length; start += LIMITS.atOnce) {
        if (signal.aborted) return;
        const files = await Promise.all(missing.slice(start, start + LIMITS.atOnce).map((part) => this.#fetched(part, email.id)));
        await this.#database.change(['files'], (transaction) => files.filter(Boolean).forEach((file) => transaction.objectStore('files').put(file)));
      }
      for (const {blobId} of missing) kept.add(blobId);
    }
  }

  async #fetched({blobId, type, size}, emailId) {
    try {
      return {blobId, emailId, type, size, at: Date.now(), octets: await this.#jmap.octets(blobId, type)};
    } catch (error) {
      // One that the server does not give out leaves the others.
      if (error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429) return null;
      throw error;
    }
  }

  /** A letter was opened: its files count as wanted now. */
  async opened(email) {
    const ids = partsOf(email).map(({blobId}) => blobId);
    const files = (await Promise.all(ids.map((id) => this.#database.get('files', id)))).filter(Boolean);
    if (files.length) await this.#database.change(['files'], (transaction) => files.forEach((file) => transaction.objectStore('files').put({...file, at: Date.now()})));
  }

  /** Files of letters that are kept no more go, and of more than may be kept those that nobody opened for longest. */
  async trim(most = LIMITS.all) {
    const letters = new Set(await this.#database.keys('letters'));
    const files = await this.#database.facts('files', 'at', ({blobId, emailId, size}) => ({blobId, emailId, size}));
    let sum = files.reduce((octets, {emailId, size}) => octets + (letters.has(emailId) ? size : 0), 0);
    const gone = [];
    for (const {blobId, emailId, size} of files) {
      const isOrphan = !letters.has(emailId);
      if (!isOrphan && sum <= most) continue;
      gone.push(blobId);
      if (!isOrphan) sum -= size;
    }
    if (gone.length) await this.#database.change(['files'], (transaction) => gone.forEach((id) => transaction.objectStore('files').delete(id)));
  }
}

/** The files of a letter that may be kept: those that its text shows first, then the small ones. */
function partsOf(email) {
  const shown = new Set((email.htmlBody ?? []).map(({blobId}) => blobId));
  const isOfText = ({cid, disposition}) => Boolean(cid) && disposition !== 'attachment';
  let left = LIMITS.letter;
  return (email.attachments ?? [])
    .filter(({blobId, size}) => blobId && !shown.has(blobId) && size <= LIMITS.file)
    .sort((one, other) => isOfText(other) - isOfText(one) || one.size - other.size)
    .filter(({size}) => (left -= size) >= 0);
}
