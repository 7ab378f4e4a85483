import {MethodError, Refused, settled, Unreachable} from '../core/jmap.js';
import {send} from '../compose/send.js';

/**
 * Letters that were written without a connection: drafts, and letters that are to be sent as soon as there is one. They
 * lie in the browser's database with their files, and go to the server in the order in which they were written.
 *
 * Every letter has its Message-ID before it leaves. One whose way was cut is looked for by it before it is made again, so
 * that nothing is sent twice.
 *
 * Events: `change`; `delivered`, its `detail` the entry; `refused`, its `detail` `{entry, error}`: it stays as a draft.
 */
export class Outbox extends EventTarget {
  #app;
  #database;
  #running = null;
  #isAsked = false;

  /**
   * @param {import('../app/app.js').App} app
   * @param {import('./database.js').Database} database
   */
  constructor(app, database) {
    super();
    this.#app = app;
    this.#database = database;
    app.jmap.addEventListener('reachable', ({detail}) => { if (detail) this.deliver(); });
    this.deliver();
  }

  /** All that wait, the oldest first. @returns {Promise<Letter[]>} */
  all() { return this.#database.all('outbox'); }

  /**
   * Keeps a letter, in place of what was kept of it before.
   * @param {Letter} letter
   * @typedef {Object} Letter
   * @property {string} id `newLetterId()`.
   * @property {Object} email what Email/set creates, without `attachments`.
   * @property {Array<{blobId?: string, file?: Blob, name: string, type: string, cid?: string, disposition: string}>} files
   *   each lies at the server already (`blobId`) or here (`file`).
   * @property {string} [emailId] the email at the server that is this letter already: only its sending waits.
   * @property {Object} [origin] the letter that this answers, for whoever writes on.
   * @property {string|null} replaces the id of the draft at the server that this takes the place of.
   * @property {{identity: Object, recipients: Object[], at: number|null, origin: Object|null}|null} sending null: a draft.
   */
  async put(letter) {
    await this.#database.put('outbox', {...letter, email: {messageId: [messageId(letter)], ...letter.email}});
    this.#changed();
  }

  get(id) { return this.#database.get('outbox', id); }

  async delete(id) {
    await this.#database.delete('outbox', id);
    this.#changed();
  }

  /** Brings what waits to the server. One tab does so at a time. */
  deliver() {
    this.#isAsked = true;
    this.#running ??= this.#exclusively(() => this.#deliverAll())
      .catch((error) => { if (!(error instanceof Unreachable)) this.#app.failed(error); })
      .finally(() => {
        this.#running = null;
        if (this.#isAsked && this.#app.jmap.isReachable) this.deliver();
      });
    return this.#running;
  }

  #exclusively(body) {
    return navigator.locks ? navigator.locks.request('restante.outbox', body) : body();
  }

  /** What is put there while it works is not left for the next time. */
  async #deliverAll() {
    while (this.#isAsked && this.#app.jmap.isReachable) {
      this.#isAsked = false;
      await this.#deliverOnce();
    }
  }

  async #deliverOnce() {
    for (const letter of await this.all()) {
      if (await isBeingWritten(letter.id)) continue;
      try {
        await this.#deliver(letter);
        await this.delete(letter.id);
        this.dispatchEvent(new CustomEvent('delivered', {detail: letter}));
      } catch (error) {
        // One that can't go, as its file is too large, keeps none of the others back.
        if (!isFinal(error)) throw error;
        await this.#refused(letter, error);
      }
    }
  }

  async #deliver(letter) {
    const emailId = letter.emailId ?? (await this.#found(letter)) ?? await this.#create(letter);
    if (letter.replaces && letter.replaces !== emailId) await this.#app.jmap.call('Email/set', {destroy: [letter.replaces]});
    if (!letter.sending || await this.#isSubmitted(emailId)) return;
    const {identity, recipients, at, origin} = letter.sending;
    await send(this.#app, {emailId, identity, recipients, delay: at ? Math.max(0, (at - Date.now()) / 1000) : 0});
    if (origin) this.#app.changes.update('Email', {[origin.id]: {[`keywords/${origin.keyword}`]: true}});
  }

  /** The email that an earlier try made, whose answer never came. */
  async #found(letter) {
    const {ids} = await this.#app.jmap.call('Email/query', {filter: {header: ['Message-ID', messageId(letter)]}, limit: 1});
    return ids[0] ?? null;
  }

  async #create(letter) {
    const attachments = await Promise.all(letter.files.map(async ({file, ...part}) =>
      (file ? {...part, blobId: (await this.#app.jmap.upload(file)).blobId} : part)));
    const email = {...letter.email, ...(attachments.length && {attachments})};
    return settled(await this.#app.jmap.call('Email/set', {create: {letter: email}}), 'letter', 'Email/set').id;
  }

  /** Whether it is on its way or gone: one that was taken back in time counts as neither. */
  async #isSubmitted(emailId) {
    const isLive = {operator: 'NOT', conditions: [{undoStatus: 'canceled'}]};
    const filter = {operator: 'AND', conditions: [{emailIds: [emailId]}, isLive]};
    const {ids} = await this.#app.jmap.call('EmailSubmission/query', {filter, limit: 1});
    return ids.length > 0;
  }

  /** What the server does not take stays here as a draft, and its writer is told. */
  async #refused(letter, error) {
    if (!letter.sending) return;
    await this.put({...letter, sending: null});
    this.dispatchEvent(new CustomEvent('refused', {detail: {letter, error}}));
  }

  #changed() { this.dispatchEvent(new Event('change')); }
}

/** Whether the server will say the same again: not when it had no time or was out of order. */
const isFinal = (error) => (error instanceof MethodError && error.type !== 'serverUnavailable')
  || (error instanceof Refused && error.status < 500 && error.status !== 429);

/** An id for a letter that begins here; later ones are greater. */
export const newLetterId = () => `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;

/** Holds a letter back for as long as somebody writes it, in whatever tab; the returned function lets it go. */
export function holdBack(id) {
  let release = () => {};
  navigator.locks?.request(lockName(id), () => new Promise((resolve) => { release = resolve; })).catch(() => {});
  return () => release();
}

const lockName = (id) => `restante.letter.${id}`;
const isBeingWritten = async (id) => (await navigator.locks?.query())?.held.some(({name}) => name === lockName(id)) ?? false;

const messageId = ({id}) => `${id}@${location.hostname || 'restante'}`;
