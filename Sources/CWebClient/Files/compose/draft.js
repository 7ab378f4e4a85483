import {settled, SignedOut, Unreachable} from '../core/jmap.js';
import {holdBack, newLetterId} from '../offline/outbox.js';

const PAUSE = 1500;

/**
 * The draft of a letter at the server. An email never changes there (RFC 8621 §4.1), so each save makes a new one and then
 * destroys the one before: in this order, because two drafts for a moment are better than none for ever. Saves follow one
 * another; of what came while one was on its way only the newest is saved. Without a connection or a session it is kept in
 * this browser (offline/outbox.js), which brings it to the server when nobody writes it any more.
 *
 * Event `state`: `detail` is `saving`, `saved`, `keptHere` or `failed`.
 */
export class Draft extends EventTarget {
  #app;
  #emailId;
  #old = new Set();
  #saved = null;
  #waiting = null;
  #running = null;
  #timer = 0;
  #isOver = false;
  #hasFailed = false;
  #letterId;
  #release = () => {};
  #parts;

  /**
   * @param {import('../app/app.js').App} app
   * @param {{emailId: string|null, letterId?: string|null}} before a draft that there is, at the server or in the outbox.
   * @param {{onsaved: function(string): Promise, files: function(): Object[], origin: Object|null}} parts `onsaved` gets the id of each new draft
   *   before the old one is destroyed: the blobs of an email's parts go with it. `files` gives what the outbox keeps, `origin` is what is answered.
   */
  constructor(app, {emailId, letterId = null}, parts) {
    super();
    this.#app = app;
    this.#emailId = emailId;
    this.#letterId = letterId;
    this.#parts = parts;
    if (letterId) this.#release = holdBack(letterId);
  }

  /** Whether the newest of it is in this browser alone. */
  get isHere() { return this.#letterId !== null; }
  get letterId() { return this.#letterId; }

  /** The email that holds what was saved last; null before the first save. */
  get emailId() { return this.#emailId; }

  /** What is there already needs no saving. @param {Object} email */
  isAlready(email) { this.#saved = JSON.stringify(email); }

  /** Whether the newest of it is nowhere yet but on the screen. */
  get isBehind() { return this.#timer !== 0 || this.#running !== null || this.#hasFailed; }

  /** Saves soon. @param {function(): Object} email makes what Email/set creates, when its time has come. */
  later(email) {
    this.#rest();
    this.#timer = setTimeout(() => this.save(email()).catch(() => {}), PAUSE);
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Saves now, and resolves when it is saved. @param {Object} email what Email/set creates. */
  async save(email) {
    this.#rest();
    if (this.#isOver) return;
    this.#waiting = email;
    this.#running ??= this.#run().finally(() => { this.#running = null; });
    await this.#running;
  }

  async #run() {
    while (this.#waiting) {
      const email = this.#waiting;
      this.#waiting = null;
      const text = JSON.stringify(email);
      if (text === this.#saved) continue;
      this.#tell('saving');
      try {
        const {id} = settled(await this.#app.jmap.call('Email/set', {create: {draft: email}}), 'draft', 'Email/set');
        if (this.#emailId) this.#old.add(this.#emailId);
        this.#emailId = id;
        this.#saved = text;
        await this.#parts.onsaved(id);
        await this.#sweep();
        await this.#forgetHere();
        this.#tell('saved');
      } catch (error) {
        if (await this.#isKeptHere(error, email)) continue;
        this.#tell('failed');
        throw error;
      }
    }
  }

  async #isKeptHere(error, email) {
    if (!(error instanceof Unreachable || error instanceof SignedOut) || !this.#app.outbox) return false;
    try {
      await this.#keepHere(email, null);
    } catch {
      return false;
    }
    this.#tell('keptHere');
    return true;
  }

  async #keepHere({attachments, ...email}, sending) {
    if (!this.#letterId) {
      this.#letterId = newLetterId();
      this.#release = holdBack(this.#letterId);
    }
    await this.#app.outbox.put({id: this.#letterId, email, files: this.#parts.files(), replaces: this.#emailId, sending, origin: this.#parts.origin});
  }

  async #forgetHere() {
    if (!this.#letterId) return;
    await this.#app.outbox.delete(this.#letterId);
    this.#release();
    this.#letterId = null;
  }

  /**
   * Leaves the letter to the outbox, which sends it as soon as there is a connection.
   * @param {Object} email @param {Object} sending as the outbox wants it. @returns {Promise<string>} the letter's id there.
   */
  async queue(email, sending) {
    await this.#keepHere(email, sending);
    this.#letGo();
    return this.#letterId;
  }

  /** The outbox may have it from now on. */
  #letGo() {
    this.#release();
    if (this.#letterId) setTimeout(() => this.#app.outbox?.deliver());
  }

  /** Destroys the drafts before; what could not be is tried with the next save. */
  async #sweep() {
    if (this.#old.size === 0) return;
    const ids = [...this.#old];
    const answer = await this.#app.jmap.call('Email/set', {destroy: ids}).catch(() => null);
    for (const id of ids) if (answer && (answer.destroyed?.includes(id) || answer.notDestroyed?.[id]?.type === 'notFound')) this.#old.delete(id);
  }

  /** Nothing is saved any more; waits for what is on its way. */
  async end() {
    this.#rest();
    this.#isOver = true;
    this.#waiting = null;
    await this.#running?.catch(() => {});
  }

  /** It is written no more: whoever keeps it may bring it to the server. */
  async leave() {
    await this.end();
    this.#letGo();
  }

  /** It goes nowhere: what the browser keeps of it is deleted. */
  async drop() {
    await this.end();
    await this.#forgetHere();
  }

  #tell(state) {
    this.#hasFailed = state === 'failed';
    this.dispatchEvent(new CustomEvent('state', {detail: state}));
  }
}
