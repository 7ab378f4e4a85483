import {comparator, isKnowable, matcher} from './filter.js';

/** Types that are kept whole. */
export const WHOLE = ['Mailbox', 'Identity', 'Maildrop'];

/**
 * Answers JMAP from what this browser keeps, while the server can't be reached: the pages ask as ever. What only the
 * server knows is answered with the method error `unreachable`, which the connection turns into Unreachable.
 */
export class LocalServer {
  #database;
  #rows;
  #overlaid;

  /**
   * @param {import('./database.js').Database} database
   * @param {import('./rows.js').Rows} rows
   * @param {function(string, Object): Object|undefined} overlaid an email's row with the changes that wait laid over it.
   */
  constructor(database, rows, overlaid) {
    this.#database = database;
    this.#rows = rows;
    this.#overlaid = overlaid;
  }

  /** @param {{methodCalls: Array}} request @returns {Promise<{methodResponses: Array}>} */
  async respond({methodCalls}) {
    const methodResponses = [];
    for (const [method, parameters, id] of methodCalls) {
      try {
        methodResponses.push([method, await this.#answer(method, resolved(parameters, methodResponses)), id]);
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
        methodResponses.push(['error', {type: 'unreachable'}, id]);
      }
    }
    return {methodResponses};
  }

  async #answer(method, parameters) {
    const [type, verb] = method.split('/');
    if (method === 'Email/query') return this.#query(parameters);
    if (method === 'Email/get') return this.#emails(parameters);
    if (method === 'Thread/get') return this.#threads(parameters);
    if (method === 'EmailView/get') return this.#views(parameters);
    if (verb === 'get' && WHOLE.includes(type)) return this.#whole(type, parameters);
    throw new Elsewhere();
  }

  #all() {
    return [...this.#rows.all()].map((row) => this.#overlaid(row.id, row)).filter(Boolean);
  }

  #query({filter, sort, collapseThreads, position = 0, anchor, anchorOffset = 0, limit, calculateTotal}) {
    if (!isKnowable(filter)) throw new Elsewhere();
    let found = this.#all().filter(matcher(filter)).sort(comparator(sort));
    if (collapseThreads) {
      const seen = new Set();
      found = found.filter(({threadId}) => !seen.has(threadId) && seen.add(threadId));
    }
    const ids = found.map(({id}) => id);
    let start = position < 0 ? Math.max(0, ids.length + position) : position;
    if (anchor) {
      start = ids.indexOf(anchor);
      if (start < 0) return this.#query({filter, sort, collapseThreads, limit, calculateTotal});
      start = Math.max(0, start + anchorOffset);
    }
    const page = ids.slice(start, limit === undefined ? undefined : start + limit);
    return {queryState: 'local', canCalculateChanges: false, position: start, ids: page, ...(calculateTotal && {total: ids.length})};
  }

  async #emails({ids, properties}) {
    const list = [];
    const notFound = [];
    const wantsBody = properties?.some((name) => !ROW_PROPERTIES.has(name));
    for (const id of ids ?? []) {
      const row = this.#rows.get(id);
      const letter = wantsBody || !row ? await this.#database.get('letters', id) : null;
      // Whether it is there at all, and what it says: only the server knows.
      if (wantsBody && !letter?.email) throw new Elsewhere();
      if (!row && !letter?.email) notFound.push(id);
      else list.push({...row, ...letter?.email, ...(row && {keywords: row.keywords, mailboxIds: row.mailboxIds, snoozed: row.snoozed ?? null})});
    }
    return {state: await this.#state('Email'), list, notFound};
  }

  async #threads({ids}) {
    const wanted = new Set(ids);
    const byThread = Map.groupBy([...this.#rows.all()].filter(({threadId}) => wanted.has(threadId)), ({threadId}) => threadId);
    const list = [...byThread].map(([id, rows]) => ({
      id, emailIds: rows.sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1)).map((row) => row.id),
    }));
    return {state: null, list, notFound: ids.filter((id) => !byThread.has(id))};
  }

  async #views({ids, remoteImages}) {
    // What loads from elsewhere would not load now.
    if (remoteImages) throw new Elsewhere();
    const letters = await Promise.all(ids.map((id) => this.#database.get('letters', id)));
    const list = letters.filter((letter) => letter?.view).map(({view}) => view);
    if (list.length < ids.length) throw new Elsewhere();
    return {state: null, list, notFound: []};
  }

  async #whole(type, {ids}) {
    const kept = await this.#database.get('types', type);
    if (!kept) throw new Elsewhere();
    const list = ids ? kept.list.filter(({id}) => ids.includes(id)) : kept.list;
    return {state: kept.state, list, notFound: (ids ?? []).filter((id) => !list.some((record) => record.id === id))};
  }

  async #state(type) { return (await this.#database.get('facts', `state ${type}`)) ?? null; }
}

/** Only the server knows. */
class Elsewhere extends Error {}

const ROW_PROPERTIES = new Set(['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'from', 'to', 'subject', 'preview', 'hasAttachment', 'maildrop', 'snoozed']);

/** Arguments with back references (RFC 8620 §3.7) filled in from the answers before. */
function resolved(parameters, responses) {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => {
    if (!key.startsWith('#')) return [key, value];
    const response = responses.find(([name, , id]) => id === value.resultOf && name === value.name);
    if (!response) throw new Elsewhere();
    return [key.slice(1), pointed(response[1], value.path.split('/').slice(1))];
  }));
}

function pointed(value, path) {
  if (path.length === 0) return value;
  const [first, ...rest] = path;
  if (first === '*') return value.flatMap((item) => pointed(item, rest));
  return pointed(value[first.replaceAll('~1', '/').replaceAll('~0', '~')], rest);
}
