import {idle} from '../core/idle.js';
import {forgetPerson, remembered} from '../core/stored.js';
import {ChangeStorage} from './changestorage.js';
import {Database} from './database.js';
import {Outbox} from './outbox.js';
import {followVersions, installWorker, lookForVersion} from './worker.js';

/**
 * What makes the page work without a connection: the files (service worker), the mail (database, keeper, local server) and
 * what is done meanwhile (the change log's storage). Event `outbox`: the app has one from now on.
 */
export class Offline extends EventTarget {
  database = null;
  /** Whether a newer version of the client waits to be loaded; event `version` when it comes. */
  isOutdated = false;
  #keeper = null;
  #app;
  /** What stood in the database when it was looked at last, or null: somebody else may have been here since. */
  #found = null;

  /** @param {import('../app/app.js').App} app */
  constructor(app) {
    super();
    this.#app = app;
  }

  /** Resolved when there is a database, or it is known that there is none. */
  #opened = Promise.resolve();

  /**
   * Opens what was kept; without a database everything works but offline. Resolves when it is known what that is: nobody waits
   * for a new database to be made.
   */
  open() {
    return new Promise((resolve) => {
      this.#opened = this.#open(resolve).catch(() => {}).finally(resolve);
    });
  }

  async #open(isKnown) {
    const database = await Database.open(() => {
      this.#found = {};
      isKnown();
    });
    this.#found ??= await look(database);
    this.database = database;
    let local = null;
    this.#app.jmap.local = {
      session: () => this.database.get('facts', 'session'),
      octets: async (blobId) => (await this.database.get('files', blobId))?.octets ?? null,
      // Read anew each time the connection is lost: another tab may have kept more since.
      reset: () => { local = null; },
      respond: async (request) => (await (local ??= this.#local())).respond(request),
    };
  }

  async #local() {
    const {LocalServer, Rows} = await engine();
    const rows = new Rows(this.database);
    await rows.load();
    return new LocalServer(this.database, rows, (id, row) => this.#app.records.Email.laid(id, row));
  }

  /** The folders as they are kept, `{state, list}`; undefined where none are. */
  get folders() { return this.#found?.folders; }

  /** Nobody is signed in: before somebody is, the database is looked at again. */
  wait() { this.#found = null; }

  /** Somebody is signed in: what was kept here of somebody else goes, before anything is read or sent of it. */
  async claim() {
    const {username} = this.#app.jmap;
    if (!this.#found) {
      await this.#opened;
      if (!this.database) return;
      this.#found = await look(this.database);
    }
    if (this.#found.owner === username) return;
    if (this.#found.owner) {
      await this.wipe();
      forgetPerson();
      await this.open();
    }
    // The database makes all else wait for it. Who is claimed in the same moment by somebody else begins again.
    this.#opened.then(() => this.database?.claim(username)).then((isMine) => { if (isMine === false) location.reload(); }).catch(() => {});
  }

  /** Keeps from now on what the signed in person reads and does. */
  async start() {
    // Nothing of this is wanted before the first page is shown.
    this.#app.firstRead.then(idle).then(() => this.#keep()).catch(() => {});
    if (this.database) return this.#keepChanges();
    // In a new one nothing waits.
    this.#opened.then(() => this.database && this.#keepChanges()).catch(() => {});
    return undefined;
  }

  async #keepChanges() {
    await this.#app.changes.keepIn(new ChangeStorage(this.database));
    this.#app.outbox = new Outbox(this.#app, this.database);
    this.#app.jmap.addEventListener('reachable', ({detail}) => (detail ? this.#keeper?.follow() : this.#app.jmap.local?.reset()));
    this.dispatchEvent(new Event('outbox'));
  }

  async #keep() {
    followVersions(() => {
      this.isOutdated = true;
      this.dispatchEvent(new Event('version'));
    });
    // A server that was away may have come back as another.
    this.#app.events.addEventListener('resumed', lookForVersion);
    installWorker().then((isThere) => isThere && this.#push('keepPush')).catch(() => {});
    await this.#opened;
    if (!this.database || !navigator.locks) return;
    navigator.storage?.persist?.().catch(() => {});
    const {Keeper, Rows} = await engine();
    if (!this.database) return;
    this.#keeper = new Keeper(this.#app.jmap, this.database, new Rows(this.database));
    this.#app.onState(() => this.#keeper?.follow());
  }

  /** A letter is looked at: it will be wanted again. */
  opened(id) { this.#keeper?.opened(id).catch(() => {}); }

  /** Nothing of the mail stays in this browser, and none comes to it. */
  async wipe() {
    const emptied = this.database?.empty().catch(() => {});
    this.close();
    await emptied;
    await Database.wipe();
    // Nobody waits for a push service.
    await Promise.race([this.#push('stopPush').catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  }

  /** What push.js does, where somebody asked to be told of new mail. */
  async #push(name) { if (remembered('push', null)) await (await import('./push.js'))[name](this.#app); }

  /** Nothing is kept from now on, nor answered from what was: somebody signed out in another tab. */
  close() {
    this.#keeper?.close();
    this.#keeper = null;
    this.database?.close();
    this.database = null;
    this.#app.jmap.local = null;
    this.#app.outbox = null;
  }
}

/** Whose all of it is, and the folders, in one look. */
async function look(database) {
  const [owner, session, folders] = await database.some([['facts', 'owner'], ['facts', 'session'], ['types', 'Mailbox']]);
  return {owner: owner ?? session?.username, folders};
}

/** Milliseconds that ending a push subscription may take while somebody signs out. */
const PATIENCE = 3000;

/** What reads and writes what is kept; it is here before the connection can be lost. */
const engine = async () => Object.assign({}, ...await Promise.all([import('./keeper.js'), import('./localserver.js'), import('./rows.js')]));
