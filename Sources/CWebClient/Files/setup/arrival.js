import {el, fill} from '../core/dom.js';
import {shortDate, t} from '../core/i18n.js';
import {MethodError, Unreachable} from '../core/jmap.js';
import {run} from '../core/jobs.js';
import {bdi, called, shown} from '../letter/names.js';
import {failure} from '../settings/words.js';

const LOOK = 1000;
const SHOWN = 8;

/** The first mail comes, the newest first: how much of it is here, and what. */
export class Arrival {
  element;
  #app;
  #id;
  #count = el('p.count');
  #bar = el('progress', {'aria-label': t('setup.arrival.title')});
  #said = el('p', {role: 'status'});
  #list = el('ol.newest');
  #abort = new AbortController();
  #timer;
  #isLooking = false;
  #isWhole = false;

  constructor(app, maildropId) {
    this.#app = app;
    this.#id = maildropId;
    this.element = el('div.arrival', {}, el('p', {}, t('setup.arrival.means')), this.#bar, this.#count, this.#said, el('h3', {}, t('setup.arrival.newest')), this.#list);
    fill(this.#said, t('setup.arrival.begins'));
    this.#timer = setInterval(() => this.#look(), LOOK);
    const unlisten = app.onState((changed) => { if ('Email' in changed || 'MaildropStatus' in changed) this.#look(); });
    this.close = () => {
      clearInterval(this.#timer);
      unlisten();
      this.#abort.abort();
    };
    this.#poll();
  }

  async #poll() {
    try {
      const job = await run(this.#app, {type: 'poll', maildropId: this.#id}, {signal: this.#abort.signal, onprogress: ({progress}) => progress && this.#say(progress)});
      if (job.error && job.error.type !== 'postponed') return fill(this.#said, failure(job.error));
    } catch (error) {
      if (error instanceof MethodError) fill(this.#said, t('core.failed', {reason: error.message}));
      else if (error.name !== 'AbortError') this.#app.failed(error);
    }
    this.#look();
  }

  async #look() {
    if (this.#isLooking || this.#abort.signal.aborted) return;
    this.#isLooking = true;
    try {
      const [{list: [status]}, , {list}] = await this.#app.jmap.calls([
        ['MaildropStatus/get', {ids: [this.#id]}],
        ['Email/query', {sort: [{property: 'receivedAt', isAscending: false}], limit: SHOWN}],
        ['Email/get', {'#ids': {resultOf: 1, name: 'Email/query', path: '/ids'}, properties: ['id', 'subject', 'from', 'receivedAt']}],
      ]);
      if (status) this.#heard(status);
      this.#newest(list);
    } catch (error) {
      if (error instanceof Unreachable) fill(this.#said, t('core.unreachable'));
      else this.#app.failed(error);
    }
    this.#isLooking = false;
  }

  #heard(status) {
    if (status.held) this.#say(status);
    if (status.error) return fill(this.#said, failure(status.error));
    if (this.#isWhole || !status.lastSuccessAt || status.pending > 0) return;
    this.#isWhole = true;
    clearInterval(this.#timer);
    fill(this.#said, t('setup.arrival.whole', {count: status.stored}));
  }

  #say({held, stored, pending}) {
    if (!this.#isWhole) fill(this.#said);
    this.#bar.max = Math.max(held, 1);
    this.#bar.value = held ? stored : 1;
    fill(this.#count, t('setup.arrival.count', {held, stored, pending}));
  }

  #newest(emails) {
    fill(this.#list, emails.map(({subject, from, receivedAt}) => el('li', {},
      el('span.from', {}, bdi(called(from?.[0]))), el('span.subject', {dir: 'auto'}, shown(subject) || t('setup.arrival.noSubject')), el('time', {datetime: receivedAt}, shortDate(receivedAt)))));
  }
}
