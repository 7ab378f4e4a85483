import {confirm} from '../core/dialog.js';
import {el, fill, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {notify} from '../core/notices.js';
import {address} from '../core/router.js';
import {pages} from './pages.js';

/** What stands around every page: the way to the others, and the banner that says how things are. */
export class Shell {
  #app;
  #main = el('main', {id: 'main', tabindex: '-1'});
  #banner = el('div.banner', {role: 'status', hidden: true});
  #links = new Map();
  #name = null;
  #page = null;
  #visit = 0;
  element;

  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.#app = app;
    this.element = el('div.shell', {},
      el('a.skip', {href: '#main', onclick: (event) => { event.preventDefault(); this.#main.focus(); }}, t('core.skip')),
      this.#header(), this.#banner, this.#main);
    app.jmap.addEventListener('reachable', () => this.#sayHowThingsAre());
    app.changes.addEventListener('pending', () => this.#sayHowThingsAre());
    this.#sayHowThingsAre();
    app.offline.addEventListener('outbox', () => this.#followOutbox());
    this.#followOutbox();
    app.offline.addEventListener('version', () => this.#showNewVersion());
    if (app.offline.isOutdated) this.#showNewVersion();
  }

  #version = null;

  /** Nobody is sent away from what they do: a new version waits for somebody to ask for it, and that until it is safe. */
  #showNewVersion() {
    if (this.#version) return;
    const reload = async () => {
      if (await this.#app.keepAll()) location.reload(); else notify(t('core.notKeptYet'), {isError: true});
    };
    this.#version = el('div.banner.new-version', {role: 'status'}, t('core.newVersion'), ' ',
      el('button', {type: 'button', onclick: reload}, t('core.reload')));
    this.#banner.before(this.#version);
  }

  #waiting = null;

  #followOutbox() {
    this.#app.outbox?.addEventListener('change', () => this.#showWaiting());
    this.#showWaiting();
  }

  /** The letters that wait for a connection; what shows them is loaded with the first. */
  async #showWaiting() {
    if (this.#waiting || !(await this.#app.outbox?.all())?.length) return;
    const {Waiting} = await import('../compose/waiting.js');
    if (this.#waiting) return;
    this.#waiting = new Waiting(this.#app);
    this.#banner.after(this.#waiting.element);
  }

  #header() {
    const link = (name, text, picture) => {
      const a = el('a.nav-link', {href: address([name])}, icon(picture), el('span', {}, text));
      this.#links.set(name, a);
      return a;
    };
    return el('header.top', {},
      el('nav', {'aria-label': t('core.pages')}, link('mail', t('core.mail'), 'mail'), link('settings', t('core.settings'), 'settings')),
      el('span.who', {}, this.#app.jmap.username),
      el('button.sign-out', {type: 'button', onclick: () => this.#signOut()}, t('core.signOut')));
  }

  /** Whoever signs out leaves nothing in this browser: what the server has not got yet would be lost. */
  async #signOut() {
    // A letter that is being written becomes a draft first.
    if (!await this.#app.keepAll()) return;
    const waiting = await this.#app.waiting().catch(() => 0);
    if (waiting && !await confirm({title: t('core.signOut'), text: t('core.signOutLoses', {count: waiting}), action: t('core.signOut')})) return;
    await this.#app.jmap.signOut().catch((error) => this.#app.failed(error));
  }

  /** Without a connection: what that means, and how much waits for one. */
  #sayHowThingsAre() {
    const {jmap, changes} = this.#app;
    this.#banner.hidden = jmap.isReachable;
    const isKept = jmap.local !== null;
    const text = t(isKept ? 'core.offlineKept' : 'core.offline');
    fill(this.#banner, jmap.isReachable ? null : [text, ' ', changes.pending > 0 && t('core.waiting', {count: changes.pending})]);
  }

  /** Shows the page that a path names. @param {string[]} path @param {function()} fillIn brings the shell into the document. */
  async show(path, fillIn) {
    const name = path[0] in pages && path[0] !== 'signin' ? path[0] : 'mail';
    this.#visit += 1;
    const visit = this.#visit;
    if (name !== this.#name) {
      const page = await (await pages[name]()).open(this.#app);
      // Somebody went on while it was loaded.
      if (visit !== this.#visit) return page.close?.();
      this.#page?.close?.();
      this.#page = page;
      this.#name = name;
      fill(this.#main, page);
      for (const [other, link] of this.#links) {
        if (other === name) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
      }
    }
    fillIn();
    this.#page.place?.(path.slice(1));
    if (name !== 'mail') this.#app.hasRead();
    document.title = this.#page.title ? `${this.#page.title} – Restante` : 'Restante';
  }
}
