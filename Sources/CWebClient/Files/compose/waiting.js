import {el, fill} from '../core/dom.js';
import {catalogue, t} from '../core/i18n.js';
import {styles} from '../core/styles.js';
import {shown} from '../letter/names.js';
import {openComposer} from './composer.js';
import {whyNot} from './send.js';
import {notify} from '../core/notices.js';

/** The letters that wait in this browser for a connection: each can be opened and written on. Shows nothing when there are none. */
export class Waiting {
  #app;
  element = el('details.waiting', {hidden: true});

  /** @param {import('../app/app.js').App} app one that has an outbox. */
  constructor(app) {
    this.#app = app;
    app.outbox.addEventListener('change', () => this.#read());
    app.outbox.addEventListener('refused', ({detail}) => this.#refused(detail));
    this.#read();
  }

  async #read() {
    const letters = await this.#app.outbox.all();
    if (letters.length === 0) this.element.hidden = true;
    if (letters.length === 0) return;
    await Promise.all([catalogue('compose', 'letter'), styles('letter')]);
    fill(this.element, el('summary', {}, t('compose.waiting', {count: letters.length})), el('ul', {}, ...letters.map((letter) => this.#row(letter))));
    this.element.hidden = false;
  }

  #row({id, email, sending}) {
    const subject = shown(email.subject) || t('letter.noSubject');
    const open = () => openComposer(this.#app, {mode: 'letter', letterId: id}).catch((error) => this.#app.failed(error));
    return el('li', {}, el('button.quiet', {type: 'button', 'aria-label': t('compose.edit', {subject}), onclick: open}, el('bdi', {}, subject)),
      el('span.dim', {}, t(sending ? 'compose.willSend' : 'compose.willKeep')));
  }

  async #refused({letter, error}) {
    await catalogue('compose', 'letter');
    notify(t('compose.refusedLater', {subject: shown(letter.email.subject), reason: whyNot(error)}), {isError: true});
  }
}
