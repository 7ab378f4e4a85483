import {el, fill} from '../core/dom.js';
import {Field, Form, said} from '../core/form.js';
import {t} from '../core/i18n.js';
import {run} from '../core/jobs.js';
import {MaildropForm} from './maildropform.js';
import {sendingGuess} from './maildropvalues.js';
import {failure, table} from './words.js';

/** A maildrop is added: an address and a password first, the server is looked for, then tried, then saved. */
export class NewMaildrop {
  element = el('div.new-maildrop');
  #app;
  #onsaved;
  #beside;

  /**
   * @param {import('../app/app.js').App} app
   * @param {{onsaved: function(string), beside?: function(): Array}} options `beside` makes more buttons.
   */
  constructor(app, {onsaved, beside = () => []}) {
    this.#app = app;
    this.#onsaved = onsaved;
    this.#beside = beside;
    this.#askAddress('');
  }

  #askAddress(value) {
    const address = new Field('address', t('settings.address'), {
      value, type: 'email', required: true, autocomplete: 'email', autocapitalize: 'none', spellcheck: 'false', hint: t('settings.addressHint')});
    const password = new Field('password', t('settings.maildropPassword'), {type: 'password', autocomplete: 'off', required: true, hint: t('settings.providerPasswordHint')});
    const progress = el('div', {role: 'status'});
    const byHand = el('button', {type: 'button', onclick: () => this.#settings({
      name: address.value.trim(), username: address.value.trim(), password: password.value}, null)}, t('settings.byHand'));
    const form = new Form({
      fields: [address, password], action: t('settings.discover'), beside: [byHand, this.#beside()],
      run: async (values) => {
        fill(progress, el('p', {}, t('settings.discovering')), el('progress', {'aria-label': t('settings.discovering')}));
        try {
          this.#discovered(await run(this.#app, {type: 'discover', address: values.address}), values, progress);
        } catch (error) {
          fill(progress);
          throw error;
        }
      },
    });
    fill(this.element, el('p.promise', {}, t('settings.mailStays')), form.element, progress);
    form.focus();
  }

  #discovered(job, {address, password}, progress) {
    const {chosen, suggestions = [], steps = []} = job.discovery ?? {};
    const best = chosen ?? suggestions[0];
    if (!chosen) {
      fill(progress, job.error ? failure(job.error) : el('p', {}, t('settings.nothingFound')), stepsView(steps));
      if (!best?.wantsOAuth) return;
    }
    const known = {...best, name: address, password, ...(chosen && {submission: sendingGuess(best.host)})};
    const found = el('div.found', {},
      el('p', {}, t('settings.found', {host: best.host, port: String(best.port), username: best.username, security: t(`settings.security.${best.security}`)}),
        ' ', t(`settings.source.${best.source}`)),
      chosen && el('p', {}, t('settings.sendingGuess', {host: known.submission.host, port: String(known.submission.port)})),
      best.wantsOAuth && oauthWords(best, address), stepsView(steps));
    this.#settings(known, found);
  }

  #settings(known, found) {
    const back = el('button', {type: 'button', onclick: () => this.#askAddress(known.name)}, t('settings.otherAddress'));
    const form = new MaildropForm(this.#app, {maildrop: known, found, onsaved: this.#onsaved, beside: [back]});
    fill(this.element, form.element);
    form.focus();
  }
}

/** Providers that take no passwords: the sign-in opens a page of theirs, which the command line leads to. */
function oauthWords({host}, address) {
  const provider = /google|gmail/.test(host) ? 'google' : /outlook|office365|hotmail/.test(host) ? 'microsoft' : 'provider.yaml';
  return el('div.failure', {}, el('p', {}, t('settings.wantsOAuth')),
    el('pre', {tabindex: '0'}, `restante maildrop add ${address} --oauth ${provider} --username ${address}`),
    el('p', {}, t('settings.appPassword')));
}

function stepsView(steps) {
  if (steps.length === 0) return null;
  return el('details', {}, el('summary', {}, t('settings.whereLooked')),
    table(t('settings.whereLooked'), [t('settings.place'), t('settings.outcome')], steps.map(({place, outcome}) => [place, said(outcome)])));
}
