import {t} from '../core/i18n.js';
import {address} from '../core/router.js';
import {filterOf, parse} from '../search/query.js';
import {byRole, displayName, flat, fullName, tree} from './folders.js';

const NEWEST = [{property: 'receivedAt', isAscending: false}];

/**
 * What the list shows and which conversation is open: the address `#/mail/<mailbox id, 'all' or 'search'>/<thread id>`,
 * with `maildrop` (an id) and `q` (the text of a search) behind `?`.
 */
export class View {
  #app;

  constructor(app, {place, threadId = null, maildropId = null, text = ''}) {
    this.#app = app;
    /** A mailbox's id, `all` or `search`. */
    this.place = place;
    this.threadId = threadId;
    this.maildropId = maildropId;
    this.text = text;
  }

  /** The view that an address names: the Inbox where it names none that there is. */
  static at(app, [place, threadId = null], query) {
    const isKnown = place === 'all' || place === 'search' || app.records.Mailbox.has(place);
    return new View(app, {
      place: isKnown ? place : byRole(app, 'inbox')?.id ?? 'all', threadId: isKnown ? threadId : null,
      maildropId: query.get('maildrop'), text: query.get('q') ?? '',
    });
  }

  /** The mailbox that is shown; undefined for all and for a search. */
  get mailbox() { return this.#app.records.Mailbox.get(this.place); }
  get role() { return this.mailbox?.role ?? null; }
  get isSearch() { return this.place === 'search'; }

  /** What tells lists apart, whichever conversation is open. */
  get key() { return JSON.stringify([this.place, this.maildropId, this.text]); }

  /** The same list with another conversation open, or none. */
  opening(threadId) { return new View(this.#app, {...this, threadId}); }

  get path() { return ['mail', this.place, ...(this.threadId ? [this.threadId] : [])]; }
  get parameters() { return {...(this.maildropId && {maildrop: this.maildropId}), ...(this.isSearch && {q: this.text})}; }
  get address() { return address(this.path, this.parameters); }

  get title() {
    if (this.isSearch) return t('mail.searchTitle');
    const name = this.mailbox ? displayName(this.mailbox) : t('mail.all');
    const maildrop = this.maildropId && this.#app.records.Maildrop.get(this.maildropId);
    return maildrop ? `${name}: ${maildrop.name}` : name;
  }

  /** The tokens of the search. */
  get tokens() { return parse(this.text); }

  /** The arguments of `Email/query`. */
  get query() { return {filter: this.filter, sort: NEWEST, collapseThreads: true}; }

  /** The filter; null means everything. */
  get filter() {
    const conditions = [];
    let isPlaced = Boolean(this.mailbox);
    if (this.mailbox) conditions.push({inMailbox: this.place});
    if (this.maildropId) conditions.push({maildropId: this.maildropId});
    if (this.isSearch) {
      const found = filterOf(this.tokens, this.context);
      if (found.filter) conditions.push(found.filter);
      isPlaced = found.isPlaced;
    }
    // Nothing is looked for in what was thrown away, unless it is asked for; where nothing was, asking costs less.
    const away = ['trash', 'junk'].map((role) => byRole(this.#app, role)).filter((mailbox) => mailbox?.totalEmails > 0);
    if (!isPlaced && away.length) conditions.push({operator: 'NOT', conditions: away.map(({id}) => ({inMailbox: id}))});
    if (conditions.length < 2) return conditions[0] ?? null;
    return conditions.every((one) => !('operator' in one)) && isDisjoint(conditions)
      ? Object.assign({}, ...conditions) : {operator: 'AND', conditions};
  }

  /** What a search's names and times are resolved with. */
  get context() {
    return {
      now: new Date(),
      mailbox: (name) => findMailbox(this.#app, name),
      maildrop: (name) => this.#app.records.Maildrop.all().find((maildrop) => maildrop.name.toLowerCase() === name.toLowerCase())?.id,
    };
  }

  /** Whether an email belongs into this list, as far as it can be told here. */
  holds(email) {
    if (!email) return false;
    if (this.mailbox) return this.place in email.mailboxIds;
    return this.isPlaced || !this.#isAway(email);
  }

  /** Whether an email counts in a conversation's row: mail in Trash and Junk counts only where it is looked for. */
  counts(email) {
    if (this.role === 'trash' || this.role === 'junk') return this.place in email.mailboxIds;
    return this.isPlaced || !this.#isAway(email);
  }

  /** Whether a search says itself where to look. */
  get isPlaced() { return this.isSearch && filterOf(this.tokens, this.context).isPlaced; }

  #isAway(email) {
    return Object.keys(email.mailboxIds).every((id) => ['trash', 'junk'].includes(this.#app.records.Mailbox.get(id)?.role));
  }
}

function isDisjoint(conditions) {
  const names = conditions.flatMap(Object.keys);
  return new Set(names).size === names.length;
}

/** A mailbox by its role, its name in the reader's language, its own or its full one. */
function findMailbox(app, name) {
  const wanted = name.toLowerCase();
  const folders = flat(tree(app)).map(({mailbox}) => mailbox);
  const names = (mailbox) => [mailbox.role, displayName(mailbox), mailbox.name, fullName(app, mailbox), fullName(app, mailbox).replaceAll(' / ', '/')];
  return (folders.find((mailbox) => names(mailbox).some((other) => other?.toLowerCase() === wanted))
    ?? folders.find((mailbox) => displayName(mailbox).toLowerCase().startsWith(wanted)))?.id;
}
