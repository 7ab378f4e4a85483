/**
 * What this browser keeps of the mail, in IndexedDB:
 *
 * - `facts`: the session object, states, settings of the store, by name.
 * - `types`: small types whole (`Mailbox`, `Identity`, …), `{state, list}` by name.
 * - `rows`: what lists show of emails, packed: arrays of at most 500 by number. One record an email is ten times slower
 *   to read.
 * - `letters`: bodies of emails, `{id, at, …}`; `at` is when they were last wanted.
 * - `files`: what is attached to them, `{blobId, emailId, type, size, at, octets}`.
 * - `changes`: what was done here and the server has not taken yet, in order.
 * - `outbox`: messages that were written here and the server has not got yet.
 */
export class Database {
  static name = 'restante';
  static version = 2;
  static #stores = ['facts', 'types', 'rows', 'letters', 'files', 'changes', 'outbox'];
  #connection;

  constructor(connection) {
    this.#connection = connection;
    // Another tab signs out: the mail goes here too.
    connection.onversionchange = () => connection.close();
  }

  /**
   * @param {function()} [isNew] called where nothing was kept so far, before the database is made.
   * @returns {Promise<Database>} rejected where the browser keeps nothing.
   */
  static open(isNew = () => {}) {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(Database.name, Database.version);
      request.onupgradeneeded = ({oldVersion}) => {
        if (oldVersion === 0) isNew();
        upgrade(request.result, oldVersion);
      };
      request.onsuccess = () => resolve(new Database(request.result));
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('blocked'));
    });
  }

  /** Removes everything, in all tabs. */
  static wipe() {
    return new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(Database.name);
      request.onsuccess = request.onerror = request.onblocked = () => resolve();
    });
  }

  /** @returns {Promise<*>} undefined when there is none. */
  get(store, key) { return this.#read(store, (objects) => objects.get(key)); }

  /** Several of one moment: `[store, key]` each. @returns {Promise<Array>} */
  some(places) {
    return new Promise((resolve, reject) => {
      const transaction = this.#connection.transaction([...new Set(places.map(([store]) => store))]);
      const requests = places.map(([store, key]) => transaction.objectStore(store).get(key));
      transaction.oncomplete = () => resolve(requests.map(({result}) => result));
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** All values of a store, in the order of their keys. */
  all(store) { return this.#read(store, (objects) => objects.getAll()); }

  /** All keys, in their order. */
  keys(store) { return this.#read(store, (objects) => objects.getAllKeys()); }

  /** The keys of an index's oldest entries. */
  oldest(store, index, count) { return this.#read(store, (objects) => objects.index(index).getAllKeys(null, count)); }

  /** What `pick` makes of each record, in the order of an index: large ones are not all in memory at once. */
  facts(store, index, pick) {
    return new Promise((resolve, reject) => {
      const found = [];
      const request = this.#connection.transaction(store).objectStore(store).index(index).openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return resolve(found);
        found.push(pick(cursor.value));
        cursor.continue();
        return undefined;
      };
      request.onerror = () => reject(request.error);
    });
  }

  count(store) { return this.#read(store, (objects) => objects.count()); }

  #read(store, ask) {
    return new Promise((resolve, reject) => {
      const request = ask(this.#connection.transaction(store).objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * Changes several stores in one transaction: all of it is kept or nothing.
   * @param {string[]} stores
   * @param {(transaction: IDBTransaction) => void} body makes its requests before it returns.
   */
  change(stores, body) {
    return new Promise((resolve, reject) => {
      const transaction = this.#connection.transaction(stores, 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      body(transaction);
    });
  }

  /**
   * Says whose all of it is, where nobody has; what is read or written from here on waits for that.
   * @returns {Promise<boolean>} whether it is `owner`'s.
   */
  async claim(owner) {
    let found;
    await this.change(Database.#stores, (transaction) => {
      const facts = transaction.objectStore('facts');
      facts.get('owner').onsuccess = ({target}) => {
        found = target.result;
        if (found === undefined) facts.put(owner, 'owner');
      };
    });
    return found === undefined || found === owner;
  }

  put(store, value, key) {
    return this.change([store], (transaction) => transaction.objectStore(store).put(value, ...(key === undefined ? [] : [key])));
  }

  delete(store, key) {
    return this.change([store], (transaction) => transaction.objectStore(store).delete(key));
  }

  close() { this.#connection.close(); }

  /** Takes everything out and nothing more in: what is being written goes with it, however long removing the rest takes. */
  empty() {
    const done = this.change(Database.#stores, (transaction) => Database.#stores.forEach((name) => transaction.objectStore(name).clear()));
    this.close();
    return done;
  }
}

/** Brings a database of an older version to this one: each step once, and what is in it stays. */
function upgrade(connection, oldVersion) {
  if (oldVersion < 1) {
    for (const name of ['facts', 'types', 'rows']) connection.createObjectStore(name);
    connection.createObjectStore('letters', {keyPath: 'id'}).createIndex('at', 'at');
    connection.createObjectStore('changes', {keyPath: 'key'});
    connection.createObjectStore('outbox', {keyPath: 'id'});
  }
  if (oldVersion < 2) connection.createObjectStore('files', {keyPath: 'blobId'}).createIndex('at', 'at');
}
