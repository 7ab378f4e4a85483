import {SUBMISSION} from '../core/jmap.js';
import {sameAddress} from '../letter/names.js';

const RECENT = 200;
const SHOWN = 8;
const known = new WeakMap();

/** Whom mail goes to: those one wrote to lately, those whose mail this page has seen, and who else the server finds. */
export class People {
  #app;
  #people = new Map();
  #ready = null;

  /** The one of this page. */
  static of(app) {
    if (!known.has(app)) known.set(app, new People(app));
    return known.get(app);
  }

  constructor(app) {
    this.#app = app;
  }

  /** @param {string} text the beginning of a name or an address. @returns {Promise<Array<{name: string|null, email: string}>>} best first. */
  async find(text) {
    // What could not be read without a connection is read the next time.
    if (this.#app.jmap.isReachable) await (this.#ready ??= this.#readSent());
    for (const email of this.#app.records.Email.all()) this.#note(email.from, 1);
    const found = this.#among(text);
    if (found.length >= 3 || text.length < 2) return found;
    await this.#ask(text);
    return this.#among(text);
  }

  #among(text) {
    const word = text.trim().toLowerCase();
    const isMatch = ({name, email}) => email.toLowerCase().startsWith(word) || email.toLowerCase().includes(`@${word}`)
      || (name ?? '').toLowerCase().split(/[\s,.'-]+/).some((part) => part.startsWith(word)) || (name ?? '').toLowerCase().startsWith(word);
    return [...this.#people.values()].filter(isMatch).sort((a, b) => b.weight - a.weight).slice(0, SHOWN).map(({name, email}) => ({name, email}));
  }

  #note(addresses, weight) {
    for (const {name, email} of addresses ?? []) {
      const key = sameAddress(email);
      if (!key.includes('@')) continue;
      const person = this.#people.get(key) ?? {name: null, email, weight: 0};
      person.name ??= name;
      person.weight += weight > 1 ? weight : person.weight === 0 ? 1 : 0;
      this.#people.set(key, person);
    }
  }

  async #readSent() {
    const sent = this.#app.records.Mailbox.all().find(({role}) => role === 'sent');
    if (!sent || !this.#app.jmap.capability(SUBMISSION)) return;
    await this.#read({inMailbox: sent.id}, RECENT, ['to', 'cc', 'bcc'], 10);
  }

  async #ask(text) {
    const word = text.replace(/["*]/g, ' ').trim();
    if (word) await this.#read({operator: 'OR', conditions: [{from: `${word}*`}, {to: `${word}*`}]}, 30, ['from', 'to', 'cc'], 1);
  }

  async #read(filter, limit, properties, weight) {
    try {
      const [, {list}] = await this.#app.jmap.calls([
        ['Email/query', {filter, sort: [{property: 'receivedAt', isAscending: false}], limit}],
        ['Email/get', {'#ids': {resultOf: 0, name: 'Email/query', path: '/ids'}, properties}],
      ]);
      for (const email of list) for (const name of properties) this.#note(email[name], weight);
    } catch {
      // Suggestions are a help: without the server there are fewer.
    }
  }
}
