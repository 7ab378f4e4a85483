import {ChangeLog} from '../core/changes.js';
import {el, fill} from '../core/dom.js';
import {EmailRecords} from '../core/emails.js';
import {Events} from '../core/events.js';
import {catalogue, t} from '../core/i18n.js';
import {pictured} from '../core/idle.js';
import {JMAP, Refused, SignedOut, Unreachable} from '../core/jmap.js';
import {listen} from '../core/keys.js';
import {noticeRegion, notify, undoLast} from '../core/notices.js';
import {Records} from '../core/records.js';
import {Router} from '../core/router.js';
import {forgetPerson} from '../core/stored.js';
import {Offline} from '../offline/offline.js';
import {pages} from './pages.js';
import {Shell} from './shell.js';

/** The properties that a row of a list shows. */
export const ROW = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'from', 'to', 'subject', 'preview', 'hasAttachment', 'snoozed'];

/**
 * What every page works with: the connection, the records, what changes, where one is. A page gets it as `app` and keeps
 * nothing that outlives it elsewhere.
 */
export class App {
  router = new Router();
  jmap = new JMAP();
  #mailboxes = new Records(this.jmap, 'Mailbox');
  /** The records of each type that pages share; see `core/records.js`. */
  records = {
    Email: new EmailRecords(this.jmap, ROW, this.#mailboxes),
    Thread: new Records(this.jmap, 'Thread'),
    Mailbox: this.#mailboxes,
    Identity: new Records(this.jmap, 'Identity'),
    EmailSubmission: new Records(this.jmap, 'EmailSubmission'),
    Maildrop: new Records(this.jmap, 'Maildrop'),
    MaildropStatus: new Records(this.jmap, 'MaildropStatus'),
    MaildropJob: new Records(this.jmap, 'MaildropJob'),
    MailRule: new Records(this.jmap, 'MailRule'),
    User: new Records(this.jmap, 'User'),
    Device: new Records(this.jmap, 'Device'),
    Session: new Records(this.jmap, 'Session'),
    Passkey: new Records(this.jmap, 'Passkey'),
  };
  /** Resolved when the first page has what it shows: until then nothing else is asked for. */
  firstRead = new Promise((resolve) => { this.hasRead = resolve; });
  changes = new ChangeLog(this.jmap, this.records);
  events = null;
  offline = new Offline(this);
  /** Letters that wait for a connection (offline/outbox.js); null where the browser keeps nothing. */
  outbox = null;
  #root;
  #shell = null;
  /** The way in, where it is shown: its name and its element. */
  #way = null;
  /** The last time that the address was looked at. */
  #visit = null;
  #leaving = new Set();
  #isLeaving = false;
  #connecting = null;
  /** The folders, asked for before it is known what this browser keeps of them; taken once. */
  #asked = null;
  /** Tells the other tabs that somebody signed out here. */
  #tabs = new BroadcastChannel('restante.session');

  /** @param {HTMLElement} root where everything is shown. */
  constructor(root) {
    this.#root = root;
  }

  /**
   * Shows what the address names, or the way in.
   * @param {Promise} words resolved when the catalogue `core` is here.
   */
  async start(words) {
    this.jmap.addEventListener('signedout', ({detail}) => this.#signedOut(detail));
    this.#tabs.onmessage = () => {
      this.offline.close();
      this.#signedOut({isWanted: false});
    };
    this.jmap.addEventListener('reachable', ({detail}) => { if (detail) this.#backAgain(); });
    this.changes.addEventListener('refused', ({detail}) => notify(t('core.refused', {reason: detail.error.message}), {isError: true}));
    this.router.addEventListener('change', () => this.#show().catch((error) => this.failed(error)));
    listen([{keys: ['z', 'Ctrl+z', 'Meta+z'], label: 'core.undo', run: undoLast}]);
    // All that needs no other comes at once; what fails here is said when the page is shown.
    this.jmap.ready = this.offline.open();
    const session = this.jmap.open();
    // What this browser keeps is looked at meanwhile.
    this.#asked = session.then(() => this.jmap.call('Mailbox/get', {ids: null}));
    const name = this.router.place.path[0] ?? 'mail';
    this.#asked.catch(() => { this.#asked = null; });
    for (const early of [session, pages[name]?.(), name === 'mail' && catalogue('mail')]) if (early) early.catch(() => {});
    try {
      await words;
      await session;
      await this.jmap.ready;
      await this.opened();
    } catch (error) {
      await this.#wayIn(error);
    }
  }

  /** There is a session: from here on pages can ask for everything, and hear of what changes. */
  connect() {
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = null;
      throw error;
    });
    return this.#connecting;
  }

  async #connect() {
    await this.offline.claim();
    const shown = this.#folders();
    this.events = new Events(this.jmap);
    this.events.addEventListener('state', ({detail}) => this.#stateChanged(detail));
    this.events.addEventListener('resumed', () => this.#catchUp());
    await Promise.all([this.offline.start(), shown]);
  }

  /**
   * The folders as this browser keeps them, until the server's are here; those at once where it keeps none, or not the one
   * that is asked for.
   */
  async #folders() {
    const {Mailbox} = this.records;
    const kept = this.offline.folders;
    const [page, place = 'all'] = this.router.place.path;
    const isKnown = page !== 'mail' || ['all', 'search'].includes(place) || kept?.list.some(({id}) => id === place);
    const asked = this.#asked;
    this.#asked = null;
    const isKept = kept?.list.length > 0 && isKnown;
    if (isKept) Mailbox.take({...kept, notFound: []});
    const read = asked ? Mailbox.takeWhole(asked) : isKept ? Mailbox.refresh({created: true}) : Mailbox.load(null);
    if (!isKept) return read;
    read.catch((error) => this.#failedQuietly(error));
    return undefined;
  }

  /** Somebody has just signed in: shows the page that the address names. */
  async opened() {
    await this.connect();
    this.#shell ??= new Shell(this);
    await this.#show();
  }

  #fill(element) {
    this.#way?.element.close?.();
    this.#way = null;
    fill(this.#root, element, noticeRegion());
    pictured().then(showIcon);
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
    const visit = {};
    this.#visit = visit;
    if (path[0] === 'setup' || !this.#shell) return this.#wayIn();
    const {element} = this.#shell;
    const fillIn = () => { if (!element.isConnected && this.#visit === visit) this.#fill(element); };
    // One picture with the page in it, where it comes soon.
    const late = setTimeout(fillIn, PATIENCE);
    try {
      await this.#shell.show(path.length ? path : ['mail'], fillIn);
    } finally {
      clearTimeout(late);
      fillIn();
    }
  }

  async #wayIn(error) {
    const {path} = this.router.place;
    if (error && !(error instanceof SignedOut) && !(error instanceof Unreachable)) return this.#stuck(error);
    this.offline.wait();
    this.#asked = null;
    const name = path[0] === 'setup' ? 'setup' : 'signin';
    // What somebody has typed there stays.
    if (this.#way?.name === name && this.#way.element.isConnected) return;
    const page = await pages[name]();
    const element = await page.open(this, {unreachable: error instanceof Unreachable});
    this.#fill(element);
    this.#way = {name, element};
  }

  /** It can't even begin: that is said, and can be tried again. */
  #stuck(error) {
    console.error(error);
    this.#fill(el('main.way-in', {}, el('h1', {}, 'Restante'), el('p.complaint', {role: 'alert'}, t('core.failed', {reason: error.message})),
      el('button.primary', {type: 'button', onclick: () => location.reload()}, t('core.tryAgain'))));
  }

  /** Brings every type that is shown to the state that the server told of. */
  #stateChanged(changed) {
    for (const [type, state] of Object.entries(changed)) {
      const records = this.records[type];
      if (!records || records.state === null || records.state === state) continue;
      records.refresh({created: wantsCreated(records), until: state}).catch((error) => this.#failedQuietly(error));
    }
    this.dispatchState(changed);
  }

  /** Brings every type that is shown to the server's state, whatever changed. */
  async #catchUp() {
    const looks = Object.values(this.records).map((records) => records.refresh({created: wantsCreated(records)}));
    for (const {reason} of await Promise.allSettled(looks)) if (reason) this.#failedQuietly(reason);
    this.dispatchState(Object.fromEntries(Object.keys(this.records).map((type) => [type, null])));
  }

  /** The banner says already that there is no connection. */
  #failedQuietly(error) { if (!(error instanceof Unreachable)) this.failed(error); }

  #listeners = new Set();

  /** Calls `listener` with the types whose state changed at the server, until the returned function is called. */
  onState(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispatchState(changed) {
    for (const listener of this.#listeners) listener(changed);
  }

  /** How many things were done in this browser that the server does not know of yet. */
  async waiting() {
    const [changes, letters] = await Promise.all([this.changes.pendingEverywhere(), this.outbox?.all() ?? []]);
    return changes + letters.length;
  }

  /**
   * Calls `keep` before the page is left because nobody is signed in any more, until the returned function is called.
   * @param {function(): Promise<boolean>} keep brings to safety what is being written; false: it could not.
   */
  onLeave(keep) {
    this.#leaving.add(keep);
    return () => this.#leaving.delete(keep);
  }

  /** Whether all that is being written is safe. */
  async keepAll() {
    const kept = await Promise.all([...this.#leaving].map((keep) => keep().catch(() => false)));
    return !kept.includes(false);
  }

  /** The server can be reached again: everything may have changed meanwhile, and somebody may have ended the session. */
  async #backAgain() {
    try {
      await this.jmap.open();
      if (this.#shell) await this.#catchUp(); else if (this.#way?.name === 'signin') await this.opened();
    } catch (error) {
      this.#failedQuietly(error);
    }
  }

  /** Whoever signs out leaves nothing of the mail in this browser; a session that ended by itself waits for its user. */
  async #signedOut({isWanted}) {
    if (this.#isLeaving || !this.#shell) return;
    this.#isLeaving = true;
    if (isWanted) {
      this.#tabs.postMessage('signedout');
      await this.offline.wipe();
      forgetPerson();
    } else if (!await this.keepAll()) {
      // Whoever signs in again in another tab goes on here.
      this.#isLeaving = false;
      return notify(t('core.sessionEnded'), {isError: true});
    }
    this.events?.close();
    location.reload();
  }
}

/** The tab's picture comes with the second picture of the page: drawing it takes its time too. */
function showIcon() {
  const link = document.head.querySelector('link[rel=icon]');
  if (link.dataset.href) link.href = link.dataset.href;
  delete link.dataset.href;
}

/** Milliseconds that a first page may take before what stands around it is shown without it. */
const PATIENCE = 300;

/** Of most types everything is shown; of emails and their threads only what was looked at. */
const wantsCreated = ({type}) => type !== 'Email' && type !== 'Thread';
