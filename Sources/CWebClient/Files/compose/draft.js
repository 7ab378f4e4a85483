import {settled} from '../core/jmap.js';

const PAUSE = 1500;

/**
 * The draft of a letter at the server. An email never changes there (RFC 8621 §4.1), so each save makes a new one and then
 * destroys the one before: in this order, because two drafts for a moment are better than none for ever. Saves follow one
 * another; of what came while one was on its way only the newest is saved.
 *
 * Event `state`: `detail` is `saving`, `saved` or `failed`.
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
  #onsaved;

  /**
   * @param {import('../app/app.js').App} app
   * @param {string|null} emailId of a draft that there is.
   * @param {function(string): Promise} [onsaved] gets the id of each new draft before the old one is destroyed: the blobs
   *   of an email's parts go with it.
   */
  constructor(app, emailId, onsaved = async () => {}) {
    super();
    this.#app = app;
    this.#emailId = emailId;
    this.#onsaved = onsaved;
  }

  /** The email that holds what was saved last; null before the first save. */
  get emailId() { return this.#emailId; }

  /** What is there already needs no saving. @param {Object} email */
  isAlready(email) { this.#saved = JSON.stringify(email); }

  /** Saves soon. @param {function(): Object} email makes what Email/set creates, when its time has come. */
  later(email) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(email()).catch(() => {}), PAUSE);
  }

  /** Saves now, and resolves when it is saved. @param {Object} email what Email/set creates. */
  async save(email) {
    clearTimeout(this.#timer);
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
        await this.#onsaved(id);
        await this.#sweep();
        this.#tell('saved');
      } catch (error) {
        this.#tell('failed');
        throw error;
      }
    }
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
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#waiting = null;
    await this.#running?.catch(() => {});
  }

  #tell(state) { this.dispatchEvent(new CustomEvent('state', {detail: state})); }
}
