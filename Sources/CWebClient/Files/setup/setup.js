import {el, fill} from '../core/dom.js';
import {catalogue, t} from '../core/i18n.js';
import {ADMIN} from '../core/jmap.js';
import {address} from '../core/router.js';
import {styles} from '../core/styles.js';
import {newDevice} from '../settings/newdevice.js';
import {NewMaildrop} from '../settings/newmaildrop.js';
import {Arrival} from './arrival.js';
import {firstPerson} from './person.js';

const STEPS = ['person', 'maildrop', 'arrival', 'device'];

/**
 * The first run, `#/setup/<token>`: a person, a maildrop, the first mail, a device. Whoever reloads goes on where they
 * were; the token is gone from the address as soon as it was used.
 */
export async function open(app) {
  await Promise.all([catalogue('setup', 'settings', 'mail'), styles('settings')]);
  return new SetUp(app).element;
}

class SetUp {
  element = el('main.set-up', {id: 'main'});
  #app;
  #body = el('div.set-up-body');
  #progress = el('ol.steps', {'aria-label': t('setup.steps')});
  #arrival = null;
  #maildropId = null;

  constructor(app) {
    this.#app = app;
    fill(this.element, el('h1', {}, t('setup.title')), this.#progress, this.#body);
    document.title = `${t('setup.title')} – Restante`;
    this.element.close = () => this.#arrival?.close();
    this.#begin().catch((error) => app.failed(error));
  }

  /** Where one is follows from what there is already. */
  async #begin() {
    const {path: [, token]} = this.#app.router.place;
    if (this.#app.jmap.session) return this.#goOn();
    const isNeeded = await this.#app.jmap.isSetUpNeeded().catch(() => true);
    if (!isNeeded) return this.#say(t('setup.alreadyDone'), el('a.button.primary', {href: address(['mail'])}, t('setup.toSignIn')));
    if (!token) return this.#say(t('core.setUpNeeded'));
    if (!isSecureContext) return this.#say(t('setup.inTheClear'));
    this.#show('person', el('p', {}, t('setup.person.means')), firstPerson(this.#app, {token, ondone: () => this.#goOn()}));
  }

  async #goOn() {
    history.replaceState(null, '', address(['setup']));
    await this.#app.connect();
    await this.#app.records.Maildrop.load(null);
    const [first] = this.#app.records.Maildrop.all();
    if (first) this.#watch(first.id); else this.#addMaildrop();
  }

  #say(...content) { fill(this.#body, el('div.part', {}, content.map((part) => (typeof part === 'string' ? el('p', {}, part) : part)))); }

  #show(step, ...content) {
    const at = STEPS.indexOf(step);
    fill(this.#progress, STEPS.map((name, place) => el('li', {'aria-current': name === step ? 'step' : null, class: place < at ? 'is-done' : null},
      t(`setup.step.${name}`), place < at && el('span.visually-hidden', {}, ` (${t('setup.stepDone')})`))));
    const title = el('h2', {tabindex: '-1'}, t(`setup.${step}.title`));
    fill(this.#body, title, content);
    title.focus();
  }

  #addMaildrop() {
    const later = () => [el('button', {type: 'button', onclick: () => this.#addDevice()}, t('setup.later'))];
    this.#show('maildrop', el('p', {}, t('setup.maildrop.means')), new NewMaildrop(this.#app, {onsaved: (id) => this.#watch(id), beside: later}).element);
  }

  #watch(maildropId) {
    this.#maildropId = maildropId;
    this.#arrival = new Arrival(this.#app, maildropId);
    this.#show('arrival', this.#arrival.element, el('div.button-row', {},
      el('button.primary', {type: 'button', onclick: () => this.#addDevice()}, t('setup.connectDevice')), this.#toMail()));
  }

  #addDevice() {
    this.#arrival?.close();
    if (!this.#app.jmap.capability(ADMIN)) return this.#leave();
    this.#show('device', el('p', {}, t('settings.whatDevicesAre')),
      newDevice(this.#app, {name: t('setup.deviceName'), ondone: () => this.#leave(), done: t('setup.toMail'), beside: [
        this.#maildropId && el('button', {type: 'button', onclick: () => this.#watch(this.#maildropId)}, t('setup.back')), this.#toMail()]}));
  }

  #toMail() { return el('button', {type: 'button', onclick: () => this.#leave()}, t('setup.toMail')); }

  #leave() {
    this.#arrival?.close();
    history.replaceState(null, '', address(['mail']));
    this.#app.opened().catch((error) => this.#app.failed(error));
  }
}
