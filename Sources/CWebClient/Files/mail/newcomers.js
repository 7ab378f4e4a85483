import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {called, shown} from '../letter/names.js';
import {byRole} from './folders.js';

/** So many new messages are looked at to say whom they are from. */
const LOOKED_AT = 20;

/** Says that mail has come, to those who hear the page. */
export class Newcomers {
  element = el('p.visually-hidden', {role: 'status', 'aria-live': 'polite'});
  #app;
  #heard = ({detail}) => this.#created(detail).catch(() => {});

  constructor(app) {
    this.#app = app;
    app.records.Email.addEventListener('created', this.#heard);
  }

  async #created(ids) {
    const newest = ids.slice(-LOOKED_AT);
    await this.#app.records.Email.load(newest);
    const inbox = byRole(this.#app, 'inbox')?.id;
    const arrived = newest.map((id) => this.#app.records.Email.get(id)).filter((email) => email && inbox in email.mailboxIds && !email.keywords.$seen);
    if (arrived.length === 0) return;
    const count = arrived.length < newest.length ? arrived.length : ids.length;
    const [{from, subject}] = arrived;
    fill(this.element, count > 1 ? t('mail.newMany', {count})
      : t('mail.newOne', {name: called(from?.[0]) || t('mail.nobody'), subject: shown(subject) || t('mail.noSubject')}));
  }

  close() { this.#app.records.Email.removeEventListener('created', this.#heard); }
}
