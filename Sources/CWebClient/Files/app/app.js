import {ChangeLog} from '../core/changes.js';
import {fill} from '../core/dom.js';
import {Events} from '../core/events.js';
import {t} from '../core/i18n.js';
import {JMAP, Refused, SignedOut, Unreachable} from '../core/jmap.js';
import {listen} from '../core/keys.js';
import {notify, undoLast} from '../core/notices.js';
import {Records} from '../core/records.js';
import {Router} from '../core/router.js';
import {Offline} from '../offline/offline.js';
import {pages} from './pages.js';
import {Shell} from './shell.js';

/** The properties that a row of a list shows. */
export const ROW = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'from', 'to', 'subject', 'preview', 'hasAttachment'];

/**
 * What every page works with: the connection, the records, what changes, where one is. A page gets it as `app` and keeps
 * nothing that outlives it elsewhere.
 */
export class App {
  router = new Router();
  jmap = new JMAP();
  /** The records of each type that pages share; see `core/records.js`. */
  records = {
    Email: new Records(this.jmap, 'Email', ROW),
    Thread: new Records(this.jmap, 'Thread'),
    Mailbox: new Records(this.jmap, 'Mailbox'),
    Identity: new Records(this.jmap, 'Identity'),
    EmailSubmission: new Records(this.jmap, 'EmailSubmission'),
    Maildrop: new Records(this.jmap, 'Maildrop'),
    MaildropStatus: new Records(this.jmap, 'MaildropStatus'),
    MaildropJob: new Records(this.jmap, 'MaildropJob'),
    User: new Records(this.jmap, 'User'),
    Device: new Records(this.jmap, 'Device'),
    Session: new Records(this.jmap, 'Session'),
  };
  changes = new ChangeLog(this.jmap, this.records);
  events = null;
  offline = new Offline(this);
  /** Letters that wait for a connection (offline/outbox.js); null where the browser keeps nothing. */
  outbox = null;
  #root;
  #shell = null;

  /** @param {HTMLElement} root where everything is shown. */
  constructor(root) {
    this.#root = root;
  }

  /** Shows what the address names, or the way in. */
  async start() {
    this.jmap.addEventListener('signedout', ({detail}) => this.#signedOut(detail));
    this.jmap.addEventListener('reachable', ({detail}) => { if (detail) this.#backAgain(); });
    this.changes.addEventListener('refused', ({detail}) => notify(t('core.refused', {reason: detail.error.message}), {isError: true}));
    this.router.addEventListener('change', () => this.#show());
    listen([{keys: ['z', 'Ctrl+z', 'Meta+z'], label: 'core.undo', run: undoLast}]);
    // The page's modules come while the session is asked for; what fails here is said when the page is shown.
    pages[this.router.place.path[0] ?? 'mail']?.().catch(() => {});
    await this.offline.open();
    try {
      await this.jmap.open();
      await this.opened();
    } catch (error) {
      await this.#wayIn(error);
    }
  }

  /** There is a session: from here on pages can ask for everything, and hear of what changes. */
  async connect() {
    if (this.events) return;
    this.events = new Events(this.jmap);
    this.events.addEventListener('state', ({detail}) => this.#stateChanged(detail));
    await this.offline.start();
    await this.records.Mailbox.load(null);
  }

  /** Somebody has just signed in: shows the page that the address names. */
  async opened() {
    await this.connect();
    this.#shell ??= new Shell(this);
    fill(this.#root, this.#shell.element);
    await this.#show();
  }

  /** Says what went wrong, in words; what the pages call when nothing better is at hand. */
  failed(error) {
    if (error instanceof SignedOut) return;
    const isKnown = error instanceof Unreachable || error instanceof Refused || error.error;
    if (!isKnown) console.error(error);
    notify(error instanceof Unreachable ? t('core.unreachable') : t('core.failed', {reason: error.message}), {isError: true});
  }

  async #show() {
    const {path} = this.router.place;
    if (path[0] === 'setup' || !this.#shell) return this.#wayIn();
    if (!this.#shell.element.isConnected) fill(this.#root, this.#shell.element);
    await this.#shell.show(path.length ? path : ['mail']);
  }

  async #wayIn(error) {
    const {path} = this.router.place;
    if (error && !(error instanceof SignedOut) && !(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    const name = path[0] === 'setup' ? 'setup' : 'signin';
    const page = await pages[name]();
    fill(this.#root, await page.open(this, {unreachable: error instanceof Unreachable}));
  }

  /** Brings every type that is shown to the state that the server told of. */
  #stateChanged(changed) {
    for (const [type, state] of Object.entries(changed)) {
      const records = this.records[type];
      if (!records || records.state === null || records.state === state) continue;
      const wantsCreated = type !== 'Email' && type !== 'Thread';
      records.refresh({created: wantsCreated}).catch((error) => this.failed(error));
    }
    this.dispatchState(changed);
  }

  #listeners = new Set();

  /** Calls `listener` with the types whose state changed at the server, until the returned function is called. */
  onState(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispatchState(changed) {
    for (const listener of this.#listeners) listener(changed);
  }

  /** How many things were done here that the server does not know of yet. */
  async waiting() {
    return this.changes.pending + ((await this.outbox?.all())?.length ?? 0);
  }

  /** The server can be reached again: everything may have changed meanwhile, and somebody may have ended the session. */
  async #backAgain() {
    if (!this.#shell) return;
    try {
      await this.jmap.open();
      for (const records of Object.values(this.records)) {
        if (records.state === null) records.forget(); else await records.refresh({created: records.type !== 'Email' && records.type !== 'Thread'});
      }
      this.dispatchState({});
    } catch (error) {
      if (!(error instanceof Unreachable)) this.failed(error);
    }
  }

  /** Whoever signs out leaves nothing of the mail in this browser; a session that ended by itself waits for its user. */
  async #signedOut({isWanted}) {
    this.events?.close();
    if (isWanted) await this.offline.wipe();
    if (this.#shell) location.reload();
  }
}
