const LOCK = 'restante.events';
const RESUMED = 'resumed';

/**
 * Tells what changed at the server (RFC 8620 §7.3), by one event source over all tabs of this browser: HTTP/1.1 allows
 * six connections to a server, and each event source holds one.
 *
 * The tab that holds the lock listens and passes on what it hears. Events: `state`, its `detail` the changed types with
 * their new states; `resumed`: what changed before nobody heard.
 */
export class Events extends EventTarget {
  #channel = new BroadcastChannel('restante.events');
  #jmap;
  #source = null;
  #abort = new AbortController();
  #pause = 1000;
  #isLate = false;

  /** @param {import('./jmap.js').JMAP} jmap */
  constructor(jmap) {
    super();
    this.#jmap = jmap;
    this.#channel.onmessage = ({data}) => (data === RESUMED ? this.#resumed() : this.#tell(data));
    // Without locks (a page that came in the clear from another machine) every tab listens for itself.
    if (navigator.locks) {
      this.#lead().catch(() => {});
    } else {
      this.#listen();
    }
  }

  /** Listens when no other tab does; what was told between one tab and the next, nobody heard. */
  async #lead() {
    const isAlone = await navigator.locks.request(LOCK, {ifAvailable: true}, (lock) => lock && this.#listen().then(() => true));
    if (isAlone || this.#abort.signal.aborted) return;
    this.#isLate = true;
    await navigator.locks.request(LOCK, {signal: this.#abort.signal}, () => this.#listen());
  }

  /** Listens until `close`. */
  #listen() {
    this.#open();
    return new Promise((resolve) => this.#abort.signal.addEventListener('abort', resolve));
  }

  #open() {
    if (this.#abort.signal.aborted) return;
    const url = this.#jmap.session.eventSourceUrl.replace('{types}', '*').replace('{closeafter}', 'no').replace('{ping}', '60');
    const {pathname, search} = new URL(url, location.href);
    this.#source = new EventSource(pathname + search);
    this.#source.addEventListener('state', ({data}) => {
      this.#pause = 1000;
      const changed = JSON.parse(data).changed?.[this.#jmap.accountId];
      if (!changed) return;
      this.#channel.postMessage(changed);
      this.#tell(changed);
    });
    this.#source.addEventListener('open', () => {
      const isLate = this.#isLate;
      this.#isLate = true;
      if (!isLate) return;
      this.#channel.postMessage(RESUMED);
      this.#resumed();
    });
    // Whether the server is away or the session has ended, only another request tells. A browser that was refused (the
    // server was restarting) does not listen again by itself.
    this.#source.addEventListener('error', () => {
      if (this.#abort.signal.aborted) return;
      if (this.#jmap.isReachable) this.#jmap.open().catch(() => {});
      if (this.#source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.#open(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, 60_000);
    });
  }

  #resumed() { this.dispatchEvent(new Event('resumed')); }
  #tell(changed) { this.dispatchEvent(new CustomEvent('state', {detail: changed})); }

  close() {
    this.#abort.abort();
    this.#source?.close();
    this.#channel.close();
  }
}
