import {idle} from '../core/idle.js';
import {forgetPerson} from '../core/stored.js';
import {ChangeStorage} from './changestorage.js';
import {Database} from './database.js';
import {Keeper} from './keeper.js';
import {LocalServer} from './localserver.js';
import {Outbox} from './outbox.js';
import {Rows} from './rows.js';
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
    const rows = new Rows(this.database);
    let isLoaded = false;
    const local = new LocalServer(this.database, rows, (id, row) => this.#app.records.Email.laid(id, row));
    this.#app.jmap.local = {
      session: () => this.database.get('facts', 'session'),
      // Read anew each time the connection is lost: another tab may have kept more since.
      reset: () => { isLoaded = false; },
      respond: async (request) => {
        if (!isLoaded) await rows.load();
        isLoaded = true;
        return local.respond(request);
      },
    };
  }

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
    // The files of pages that nobody looks at may wait until the first is shown.
    idle().then(installWorker);
    if (!this.database) return;
    await this.#app.changes.keepIn(new ChangeStorage(this.database));
    this.#app.outbox = new Outbox(this.#app, this.database);
    if (!navigator.locks) return;
    navigator.storage?.persist?.().catch(() => {});
    this.#keeper = new Keeper(this.#app.jmap, this.database, new Rows(this.database));
    this.#app.onState(() => this.#keeper?.follow());
    this.#app.jmap.addEventListener('reachable', ({detail}) => (detail ? this.#keeper?.follow() : this.#app.jmap.local?.reset()));
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
