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

  /** Somebody is signed in. Mail of somebody else that was kept here goes first. */
  async start() {
    installWorker();
    if (!this.database) return;
    const kept = await this.database.get('facts', 'session');
    if (kept && kept.username !== this.#app.jmap.username) {
      this.database.close();
      await Database.wipe();
      await this.open();
    }
    if (!this.database) return;
    await this.#app.changes.keepIn(new ChangeStorage(this.database));
    this.#app.outbox = new Outbox(this.#app, this.database);
    if (!navigator.locks) return;
    navigator.storage?.persist?.().catch(() => {});
    this.#keeper = new Keeper(this.#app.jmap, this.database, new Rows(this.database));
    this.#app.onState(() => this.#keeper.follow());
    this.#app.jmap.addEventListener('reachable', ({detail}) => (detail ? this.#keeper.follow() : this.#app.jmap.local.reset()));
  }

  /** A letter is looked at: it will be wanted again. */
  opened(id) { this.#keeper?.opened(id).catch(() => {}); }

  /** Nothing of the mail stays in this browser. */
  async wipe() {
    this.#keeper?.close();
    this.database?.close();
    this.database = null;
    await Database.wipe();
  }
}
