import {el, fill, icon} from '../core/dom.js';
import {longDate, relativeTime, t} from '../core/i18n.js';
import {SUBMISSION} from '../core/jmap.js';
import {openComposer} from '../compose/composer.js';
import {takeBack} from '../compose/send.js';
import {shown} from './names.js';

const PROPERTIES = ['id', 'emailId', 'sendAt', 'undoStatus', 'deliveryStatus', 'sendState', 'nextTryAt', 'problem'];

/** How far a letter of one's own has come: waiting, sent, refused, or nobody knows. Empty for what was never sent here. */
export class SubmissionState {
  #app;
  #email;
  #stop;
  element = el('div.submission', {role: 'status'});

  constructor(app, email) {
    this.#app = app;
    this.#email = email;
    this.#stop = app.onState((changed) => { if ('EmailSubmission' in changed) this.#read(); });
    this.#read();
  }

  async #read() {
    if (!this.#app.jmap.capability(SUBMISSION)) return;
    try {
      const [, {list}] = await this.#app.jmap.calls([
        ['EmailSubmission/query', {filter: {emailIds: [this.#email.id]}, sort: [{property: 'sentAt', isAscending: false}], limit: 1}],
        ['EmailSubmission/get', {'#ids': {resultOf: 0, name: 'EmailSubmission/query', path: '/ids'}, properties: PROPERTIES}],
      ]);
      fill(this.element, list.length > 0 && this.#words(list[0]));
    } catch (error) {
      this.#app.failed(error);
    }
  }

  #words(one) {
    switch (one.sendState) {
      case 'pending': return one.problem ? this.#waits(one) : [t('letter.sendAt', {when: longDate(one.sendAt)}), ' ', this.#button('takeBack', () => this.#takeBack(one))];
      case 'sending': return t('letter.sending');
      case 'sent': return [t('letter.wasSent'), ...this.#refused(one)];
      case 'canceled': return t('letter.wasTakenBack');
      case 'inDoubt': return [icon('warning'), el('span', {}, t('letter.inDoubt')), ' ',
        this.#button('sendAgain', () => this.#set(one, 'pending')), this.#button('itArrived', () => this.#set(one, 'sent')), this.#button('giveUp', () => this.#set(one, 'failed'))];
      default: return [icon('warning'), el('span', {}, t('letter.notSent', {reason: reason(one.problem)})), ...this.#refused(one)];
    }
  }

  #waits(one) {
    return [icon('warning'), t('letter.sendLater', {reason: reason(one.problem), when: one.nextTryAt ? relativeTime(one.nextTryAt) : '–'}), ' ',
      this.#button('takeBack', () => this.#takeBack(one))];
  }

  /** The recipients whose server would not take it, with its words. */
  #refused({deliveryStatus}) {
    const refused = Object.entries(deliveryStatus ?? {}).filter(([, {delivered, smtpReply}]) => delivered === 'no' || /^5/.test(smtpReply));
    return refused.length ? [el('ul', {}, ...refused.map(([address, {smtpReply}]) => el('li', {}, t('letter.refusedBy', {address: shown(address), reply: shown(smtpReply)}))))] : [];
  }

  #button(word, onclick) {
    return el('button', {type: 'button', onclick: () => Promise.resolve(onclick()).catch((error) => this.#app.failed(error))}, t(`letter.${word}`));
  }

  async #takeBack(one) {
    await takeBack(this.#app, one.id, this.#email.id);
    await openComposer(this.#app, {mode: 'draft', emailId: this.#email.id});
  }

  async #set({id}, sendState) {
    const answer = await this.#app.jmap.call('EmailSubmission/set', {update: {[id]: {sendState}}});
    const error = answer.notUpdated?.[id];
    if (error) throw new Error(error.description ?? error.type);
    await this.#read();
  }

  close() { this.#stop(); }
}

const reason = (problem) => shown(typeof problem === 'string' ? problem : problem?.description ?? '–');
