import {idle} from '../core/idle.js';
import {forgetPerson} from '../core/stored.js';
import {ChangeStorage} from './changestorage.js';
import {Database} from './database.js';
import {Outbox} from './outbox.js';
import {installWorker} from './worker.js';

/**
 * What makes the page work without a connection: the files (service worker), the mail (database, keeper, local server) and
 * what is done meanwhile (the change log's storage).
 */
export class Offline {
  database = null;
  #keeper = null;
  #app;

  /** @param {import('../app/app.js').App} app */
  constructor(app) {
    this.#app = app;
  }

  /** Opens what was kept; without a database everything works but offline. */
  async open() {
    try {
      this.database = await Database.open();
    } catch {
      return;
    }
    let local = null;
    this.#app.jmap.local = {
      session: () => this.database.get('facts', 'session'),
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

  /** A small type as it is kept whole, `{state, list}`. @returns {Promise<Object|undefined>} */
  async kept(type) { return this.database?.get('types', type).catch(() => undefined); }

  /** Somebody is signed in: what was kept here of somebody else goes, before anything is read or sent of it. */
  async claim() {
    if (!this.database) return;
    const {username} = this.#app.jmap;
    const owner = (await this.database.get('facts', 'owner')) ?? (await this.database.get('facts', 'session'))?.username ?? username;
    if (owner !== username) {
      await this.wipe();
      forgetPerson();
      await this.open();
    }
    await this.database?.put('facts', username, 'owner');
  }

  /** Keeps from now on what the signed in person reads and does. */
  async start() {
    // Nothing of this is wanted before the first page is shown.
    this.#app.firstRead.then(idle).then(() => this.#keep()).catch(() => {});
    if (!this.database) return;
    await this.#app.changes.keepIn(new ChangeStorage(this.database));
    this.#app.outbox = new Outbox(this.#app, this.database);
    this.#app.jmap.addEventListener('reachable', ({detail}) => (detail ? this.#keeper?.follow() : this.#app.jmap.local?.reset()));
  }

  async #keep() {
    installWorker();
    if (!this.database || !navigator.locks) return;
    navigator.storage?.persist?.().catch(() => {});
    const {Keeper, Rows} = await engine();
    if (!this.database) return;
    this.#keeper = new Keeper(this.#app.jmap, this.database, new Rows(this.database));
    this.#app.onState(() => this.#keeper?.follow());
  }

  /** A letter is looked at: it will be wanted again. */
  opened(id) { this.#keeper?.opened(id).catch(() => {}); }

  /** Nothing of the mail stays in this browser. */
  async wipe() {
    this.close();
    await Database.wipe();
  }

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

/** What reads and writes what is kept; it is here before the connection can be lost. */
const engine = async () => Object.assign({}, ...await Promise.all([import('./keeper.js'), import('./localserver.js'), import('./rows.js')]));
