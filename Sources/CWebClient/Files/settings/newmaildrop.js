import {el, fill} from '../core/dom.js';
import {Field, Form, said} from '../core/form.js';
import {t} from '../core/i18n.js';
import {run} from '../core/jobs.js';
import {MaildropForm} from './maildropform.js';
import {sendingOf} from './maildropvalues.js';
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
          const job = await run(this.#app, {type: 'discover', address: values.address});
          // Who went on by hand meanwhile is not taken away from what they type.
          if (progress.isConnected) this.#discovered(job, values, progress);
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
    const {chosen, submission, suggestions = [], steps = []} = job.discovery ?? {};
    const best = chosen ?? suggestions[0];
    if (!chosen) {
      fill(progress, job.error ? failure(job.error) : el('p', {}, t('settings.nothingFound')), stepsView(steps));
      if (!best?.wantsOAuth) return;
    }
    const known = {...best, name: address, password, ...(chosen && {submission: sendingOf(chosen, submission, password)})};
    const found = el('div.found', {},
      el('p', {}, t('settings.found', {host: best.host, port: String(best.port), username: best.username, security: t(`settings.security.${best.security}`)}),
        ' ', t(`settings.source.${best.source}`)),
      chosen && el('p', {}, sendingFound(submission, known.submission)),
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

/** What was found out about sending: `named` with the server, or `chosen` by its name. */
function sendingFound(named, chosen) {
  if (!chosen) return t('settings.sendingFound.oauth', {host: named.host});
  const what = {host: chosen.host, port: String(chosen.port), security: t(`settings.security.${chosen.security}`)};
  return t(named ? chosen.signIn === 'same' ? 'settings.sendingFound.same' : 'settings.sendingFound.other' : 'settings.sendingFound.guess',
    {...what, username: chosen.username ?? ''});
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
