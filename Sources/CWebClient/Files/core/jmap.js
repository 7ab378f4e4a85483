/** The one way to the server: JMAP (RFC 8620), and signing in. */

import {ROOT} from './dom.js';
import {remember, remembered} from './stored.js';
import {upload} from './upload.js';

export const CORE = 'urn:ietf:params:jmap:core';
export const MAIL = 'urn:ietf:params:jmap:mail';
export const SUBMISSION = 'urn:ietf:params:jmap:submission';
export const MAILDROP = 'https://restante.example/ns/jmap/maildrop';
export const ADMIN = 'https://restante.example/ns/jmap/admin';
export const VIEW = 'https://restante.example/ns/jmap/view';
export const RULES = 'https://restante.example/ns/jmap/rules';
export const WEBPUSH = 'urn:ietf:params:jmap:webpush-vapid';

/** Nobody is signed in in this browser any more. */
export class SignedOut extends Error {}

/** The server could not be reached, or did not answer as one does. */
export class Unreachable extends Error {}

/** A request was refused (RFC 7807); `type` and `status` tell which way, `message` is a sentence for people. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    this.status = status;
    this.type = problem?.type ?? 'about:blank';
    this.problem = problem ?? {};
  }
}

/** A method answered `error` (RFC 8620 §3.6.2), or one object of a set failed (SetError, §5.3). */
export class MethodError extends Error {
  constructor(error, method) {
    super(error.description ?? error.type);
    this.type = error.type;
    this.properties = error.properties ?? [];
    this.error = error;
    this.method = method;
  }
}

/**
 * Sends JMAP calls. Calls that are made in the same turn go in one request; each knows its answer alone.
 *
 * Events: `reachable` when it becomes so or stops (`detail` is a Boolean), `signedout` (`detail.isWanted`: somebody asked
 * for it; else the session has ended), `ended`: a session that was left without the server is over there too.
 */
export class JMAP extends EventTarget {
  #queue = [];
  #reachable = true;
  #isEnding = false;
  #probe = new Probe(() => this.#reach(true));
  /** Answers from what this browser keeps when the server can't be reached (offline/offline.js); null: nothing does. */
  local = null;
  /** Resolved when `local` is there, where it will be. */
  ready = Promise.resolve();
  /** The session object (RFC 8620 §2). */
  session = null;

  get accountId() { return this.session.primaryAccounts[MAIL]; }
  get username() { return this.session.username; }
  get isReachable() { return this.#reachable; }

  /** What the account may of a capability; undefined where the server has none. */
  capability(name) { return this.session.accounts[this.accountId].accountCapabilities[name]; }

  /** Reads the session; throws SignedOut when there is none, or when it is another person's than it was. */
  async open() {
    if (this.isEndDue) {
      await this.#endLeft();
      throw new SignedOut();
    }
    let session;
    try {
      session = await this.#json(`${ROOT}/jmap/session`, undefined, {signal: AbortSignal.timeout(PATIENCE)});
    } catch (error) {
      await this.ready;
      session = error instanceof Unreachable ? await this.local?.session() : null;
      if (!session) throw error;
    }
    if (this.session && this.session.username !== session.username) this.#end();
    this.session = session;
    return session;
  }

  /** The session is over. While somebody ends it here, that is what they wait for; else nobody here has asked for it. */
  #end() {
    if (!this.#isEnding) this.dispatchEvent(new CustomEvent('signedout', {detail: {isWanted: false}}));
    throw new SignedOut();
  }

  /** @param {{username: string, password: string}} credentials */
  async signIn(credentials) {
    if (this.isEndDue) await this.#endLeft();
    await this.#json(`${ROOT}/auth/session`, credentials);
    return this.open();
  }

  /** The origin whose pages have passkeys at this server; null where none have. */
  async passkeyOrigin() { return (await this.#json(`${ROOT}/auth/passkey`)).origin; }

  /** @param {function(Object): Promise<Object>} ask gets what the browser is to ask for, and answers with what came of it. */
  async signInWithPasskey(ask) {
    if (this.isEndDue) await this.#endLeft();
    const {publicKey} = await this.#json(`${ROOT}/auth/passkey/challenge`, {});
    await this.#json(`${ROOT}/auth/passkey`, await ask(publicKey));
    return this.open();
  }

  /** Ends the session here. Where the server can't be reached it is left here, and ended there as soon as it is back. */
  async signOut() {
    this.#isEnding = true;
    try {
      await this.#delete();
    } catch (error) {
      this.#isEnding = error instanceof Unreachable;
      if (!this.#isEnding) throw error;
      remember(END_DUE, true);
    }
    this.dispatchEvent(new CustomEvent('signedout', {detail: {isWanted: true}}));
  }

  /** Whether somebody signed out here whose session still lives at the server: nobody gets in with it. */
  get isEndDue() { return remembered(END_DUE, false); }

  async #endLeft() {
    await this.#delete();
    remember(END_DUE, false);
    this.dispatchEvent(new Event('ended'));
  }

  async #delete() {
    try {
      await this.#fetch(`${ROOT}/auth/session`, {method: 'DELETE', signal: AbortSignal.timeout(PATIENCE)});
    } catch (error) {
      // It has ended before.
      if (!(error instanceof Refused) || error.status !== 401) throw error;
    }
  }

  /** Whether the server waits for its first user. */
  async isSetUpNeeded() { return (await this.#json(`${ROOT}/auth/setup`)).isNeeded; }

  /** Makes the first user and signs in. @param {{token: string, username: string, password: string}} first */
  async setUp(first) {
    await this.#json(`${ROOT}/auth/setup`, first);
    return this.open();
  }

  /**
   * One method. `accountId` is filled in.
   * @param {string} method such as `Email/get`.
   * @param {Object} [parameters]
   * @returns {Promise<Object>} its answer; throws MethodError.
   */
  async call(method, parameters = {}) {
    return (await this.calls([[method, parameters]]))[0];
  }

  /**
   * Several methods in order, in one request: a `#name` parameter refers to an earlier one by its place in the list,
   * `{resultOf: 0, name: 'Email/query', path: '/ids'}`.
   * @param {Array<[string, Object]>} calls
   * @returns {Promise<Object[]>} their answers; throws the first MethodError.
   */
  calls(calls) {
    return new Promise((resolve, reject) => {
      this.#queue.push({calls, resolve, reject});
      if (this.#queue.length === 1) queueMicrotask(() => this.#flush());
    });
  }

  #flush() {
    const waiting = this.#queue;
    this.#queue = [];
    if (!this.session) return waiting.forEach(({reject}) => reject(new SignedOut()));
    const limit = this.session.capabilities[CORE].maxCallsInRequest;
    let group = [];
    let count = 0;
    for (const entry of waiting) {
      if (group.length && count + entry.calls.length > limit) {
        this.#send(group);
        group = [];
        count = 0;
      }
      group.push(entry);
      count += entry.calls.length;
    }
    if (group.length) this.#send(group);
  }

  async #send(group) {
    const methodCalls = group.flatMap(({calls}, entry) => calls.map(([method, parameters], index) =>
      [method, {...(isOfAccount(method) && {accountId: this.accountId}), ...named(parameters, entry)}, `${entry}.${index}`]));
    try {
      const answer = await this.#answer({using: Object.keys(this.session.capabilities).filter(isOurs), methodCalls});
      if (answer.sessionState && answer.sessionState !== this.session.state) this.open().catch(() => {});
      const byCall = Map.groupBy(answer.methodResponses, ([, , id]) => id);
      group.forEach(({calls, resolve, reject}, entry) => {
        const answers = [];
        for (const [index, [method]] of calls.entries()) {
          // A set that implies another answers twice (RFC 8621 §7.5): the first is the method's own.
          const [name, result] = byCall.get(`${entry}.${index}`)?.[0] ?? ['error', {type: 'serverFail'}];
          if (name === 'error') return reject(result.type === 'unreachable' ? new Unreachable() : new MethodError(result, method));
          answers.push(result);
        }
        resolve(answers);
      });
    } catch (error) {
      for (const {reject} of group) reject(error);
    }
  }

  /** The server's answer, or that of what is kept here. */
  async #answer(request) {
    if (this.#reachable || !this.local) {
      try {
        return await this.#json(`${ROOT}/jmap/api`, request, {signal: AbortSignal.timeout(PATIENCE)});
      } catch (error) {
        if (!(error instanceof Unreachable) || !this.local) throw error;
      }
    }
    return this.local.respond(request);
  }

  /**
   * Uploads octets; answers with `{blobId, type, size}`.
   * @param {Blob} blob
   * @param {AbortSignal} [signal] stops it: rejects with AbortError.
   * @param {function(number)} [onprogress] gets the share that was sent, 0 to 1.
   */
  async upload(blob, signal, onprogress) {
    const url = this.session.uploadUrl.replace('{accountId}', encodeURIComponent(this.accountId));
    return this.#json(relative(url), blob, {headers: {'Content-Type': blob.type || 'application/octet-stream'}, signal, onprogress});
  }

  /** Where a blob's octets are, for `<a download>`, `<img>` of an image and `octets`. */
  downloadURL(blobId, name, type) {
    const values = {accountId: this.accountId, blobId, name: name || 'file', type: type || 'application/octet-stream'};
    return relative(this.session.downloadUrl.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(values[key] ?? '')));
  }

  /** A blob's octets: the server's, or those that this browser keeps. @returns {Promise<Blob>} */
  async octets(blobId, type) {
    try {
      return await this.#whole(await this.#fetch(this.downloadURL(blobId, 'file', type), {}), 'blob');
    } catch (error) {
      const kept = error instanceof Unreachable ? await this.local?.octets(blobId) : null;
      if (!kept) throw error;
      return new Blob([kept], {type});
    }
  }

  async #json(path, body, options = {}) {
    const isBlob = body instanceof Blob;
    const answer = await this.#fetch(path, body === undefined ? options : {
      method: 'POST', body: isBlob ? body : JSON.stringify(body),
      ...options, headers: {'Content-Type': 'application/json', ...options.headers},
    });
    return this.#whole(answer, 'json', options.signal);
  }

  /** An answer that breaks off in its middle is none. */
  async #whole(answer, form, signal) {
    try {
      return await answer[form]();
    } catch (error) {
      if (error instanceof SyntaxError || isStopped(error, signal)) throw error;
      this.#reach(false);
      throw new Unreachable(error.message, {cause: error});
    }
  }

  async #fetch(path, options) {
    let answer;
    try {
      answer = await (options.onprogress ? upload(path, options) : fetch(path, {credentials: 'same-origin', redirect: 'error', ...options}));
    } catch (error) {
      if (isStopped(error, options.signal)) throw error;
      this.#reach(false);
      throw new Unreachable(error.message, {cause: error});
    }
    if (answer.status >= 502 && answer.status <= 504) {
      this.#reach(false);
      throw new Unreachable(`HTTP ${answer.status}`);
    }
    this.#reach(true);
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => null);
    if (answer.status === 401 && !path.startsWith(`${ROOT}/auth/`)) this.#end();
    throw new Refused(answer.status, problem);
  }

  #reach(reachable) {
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    if (reachable) this.#probe.stop(); else this.#probe.start();
    this.dispatchEvent(new CustomEvent('reachable', {detail: reachable}));
  }
}

/** The name by which a browser remembers that a session is to be ended. */
const END_DUE = 'endSession';
/** How long an answer may take before the server counts as out of reach. */
const PATIENCE = 30_000;

/** Asks, less and less often, whether the server is there again; at once when the device says that it has a connection. */
class Probe {
  #found;
  #timer = 0;
  #pause = 0;
  #again = () => { if (!document.hidden) this.#ask(); };

  constructor(found) {
    this.#found = found;
  }

  start() {
    this.#pause = 1000;
    addEventListener('online', this.#again);
    document.addEventListener('visibilitychange', this.#again);
    this.#wait();
  }

  stop() {
    clearTimeout(this.#timer);
    removeEventListener('online', this.#again);
    document.removeEventListener('visibilitychange', this.#again);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 30_000);
  }

  async #ask() {
    try {
      const answer = await fetch(`${ROOT}/livez`, {cache: 'no-store', signal: AbortSignal.timeout(10_000)});
      if (answer.ok) this.#found(); else this.#wait();
    } catch {
      this.#wait();
    }
  }
}

/** `resultOf` counts within the caller's own list: here it becomes the name in the request. */
function named(parameters, entry) {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) =>
    key.startsWith('#') && Number.isInteger(value?.resultOf) ? [key, {...value, resultOf: `${entry}.${value.resultOf}`}] : [key, value]));
}

/** Push subscriptions are a browser's, not an account's (RFC 8620 §7.2). */
const isOfAccount = (method) => !method.startsWith('PushSubscription/');

const isOurs = (name) => [CORE, MAIL, SUBMISSION, MAILDROP, ADMIN, VIEW, RULES].includes(name);

/** The session's addresses may name another host than the page came from: they are asked for on this one. */
function relative(url) {
  const {pathname, search} = new URL(url, location.href);
  return pathname + search;
}

/** Whether somebody stopped it: browsers also abort what a page that is being left still waits for. */
const isStopped = (error, signal) => error.name === 'AbortError' && signal?.aborted === true;

/** Throws the SetError of `id`, if the answer of a `/set` has one; else gives what was created, or null. */
export function settled(answer, id, method) {
  const error = answer.notCreated?.[id] ?? answer.notUpdated?.[id] ?? answer.notDestroyed?.[id];
  if (error) throw new MethodError(error, method);
  return answer.created?.[id] ?? answer.updated?.[id] ?? null;
}
