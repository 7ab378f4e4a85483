import {el, fill} from '../core/dom.js';
import {Form} from '../core/form.js';
import {t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {run} from '../core/jobs.js';
import {ask} from '../core/question.js';
import {folderChoices} from './folderchoices.js';
import {followPassword, group, habitFields, sendingFields, sendingWords, serverFields} from './maildropfields.js';
import {maildropOf, patchOf, wantsPassword} from './maildropvalues.js';
import {isDisbelieved, reportView} from './report.js';
import {certificateFacts, failure} from './words.js';

/** The settings of a maildrop: they are tried before they are saved. */
export class MaildropForm {
  element;
  #app;
  #saved;
  #onsaved;
  #fields;
  #form;
  #server;
  #sending;
  #outcome = el('div.outcome', {role: 'status'});
  #sendingLine = el('summary');
  /** Counts what was typed: a test is of what was there when it began. */
  #edits = 0;

  /**
   * @param {import('../app/app.js').App} app
   * @param {Object} options
   * @param {Object} options.maildrop as it is saved (with an `id`), or what is known of a new one.
   * @param {string|null} [options.found] how the settings of a new one were found, in words: they stand folded then.
   * @param {function(string)} options.onsaved is given the maildrop's id.
   * @param {Array} [options.beside] more buttons.
   */
  constructor(app, {maildrop, found = null, onsaved, beside = []}) {
    this.#app = app;
    this.#saved = maildrop.id ? maildrop : null;
    this.#onsaved = onsaved;
    const server = serverFields(maildrop);
    const habits = habitFields(maildrop, folderChoices(app));
    const sending = sendingFields(maildrop.submission ?? null);
    this.#fields = {...server, ...habits, ...sending};
    followPassword(this.#fields);
    const {signIn, certificatePin, ...plain} = server;
    const {name, ...others} = habits;
    const {'submission/certificatePin': sendingPin, ...sendingPlain} = sending;
    this.#server = el('details', {open: !found}, el('summary', {}, t('settings.collecting')),
      group(t('settings.collectingFrom'), ...Object.values(plain)),
      el('details', {}, el('summary', {}, t('settings.seldom')), signIn.element, certificatePin.element));
    this.#sending = el('details', {open: Boolean(maildrop.submission) && !found}, this.#sendingLine,
      group(t('settings.sendingThrough'), ...Object.values(sendingPlain)),
      el('details', {}, el('summary', {}, t('settings.seldom')), sendingPin.element));
    this.#form = new Form({
      fields: Object.values(this.#fields), action: t('settings.test'), beside, run: () => this.#test(),
      content: [found, name.element, this.#server, this.#sending,
        el('details', {}, el('summary', {}, t('settings.habits')), Object.values(others).map(({element}) => element))],
    });
    // What was tried is no longer what is there.
    this.#form.element.addEventListener('input', () => {
      this.#edits += 1;
      fill(this.#outcome);
    });
    for (const type of ['input', 'change']) this.#form.element.addEventListener(type, () => this.#saySending());
    this.#saySending();
    this.element = el('div.maildrop-form', {}, this.#form.element, this.#outcome);
  }

  /** Puts the cursor where one begins; where everything was found, at the button that tries it. */
  focus() { if (this.#server.open) this.#form.focus(); else this.#form.button.focus(); }

  #saySending() { fill(this.#sendingLine, sendingWords(this.#fields)); }

  /** What would be sent: a whole maildrop, or a patch of the saved one. */
  #wanted() {
    const wanted = maildropOf(this.#form.values);
    return this.#saved ? patchOf(this.#saved, wanted) : wanted;
  }

  async #test() {
    const settings = this.#wanted();
    if (this.#saved && wantsPassword(this.#saved, settings)) {
      this.#server.open = true;
      this.#fields.password.complain(t('settings.passwordAgain'));
      this.#fields.password.control.focus();
      return;
    }
    const edits = this.#edits;
    fill(this.#outcome, el('p', {}, t('settings.testing')), el('progress', {'aria-label': t('settings.testing')}));
    try {
      const job = await run(this.#app, {
        type: 'test', ...(this.#saved && {maildropId: this.#saved.id}),
        ...((!this.#saved || Object.keys(settings).length > 0) && {settings}),
      });
      if (edits === this.#edits) this.#show(job);
    } catch (error) {
      fill(this.#outcome);
      throw error;
    }
  }

  #show(job) {
    const {pop3, submission} = job.test ?? {};
    const works = Boolean(pop3?.succeeded) && submission?.succeeded !== false;
    if (pop3 && !pop3.succeeded) this.#server.open = true;
    if (submission && !submission.succeeded) this.#sending.open = true;
    const save = el(works ? 'button.primary' : 'button', {type: 'button', onclick: () => this.#save(save)},
      t(works ? (this.#saved ? 'settings.save' : 'settings.add') : 'settings.saveAnyway'));
    fill(this.#outcome,
      job.error && failure(job.error),
      pop3 && this.#report(pop3, 'pop3', 'certificatePin'), submission && this.#report(submission, 'submission', 'submission/certificatePin'),
      el('p.promise', {}, t('settings.mailStays')),
      !works && el('p', {}, t(submission?.succeeded === false && pop3.succeeded ? 'settings.sendingFails' : 'settings.saveAnywayHint')),
      el('div.button-row', {}, save,
        submission?.succeeded === false && el('button.primary', {type: 'button', onclick: () => this.#leaveSendingOut()}, t('settings.leaveSendingOut'))));
    if (!works && !isDisbelieved(pop3 ?? {certificates: []})) this.#outcome.scrollIntoView({block: 'nearest'});
  }

  #report(report, kind, pin) {
    return reportView(report, {kind, isPinned: this.#fields[pin].value !== '', onpin: (certificate) => this.#pin(certificate, pin)});
  }

  #leaveSendingOut() {
    this.#fields.submission.value = false;
    this.#fields.submission.control.dispatchEvent(new Event('change', {bubbles: true}));
    this.#form.element.requestSubmit();
  }

  #pin(certificate, name) {
    ask({
      title: t('settings.certificate.pinQuestion'), action: t('settings.certificate.pin'), isDangerous: true,
      body: [el('p', {}, t('settings.certificate.pinMeans')), certificateFacts(certificate)],
      run: async () => { this.#fields[name].value = certificate.sha256; },
    }).then((isDone) => { if (isDone) this.#form.element.requestSubmit(); });
  }

  async #save(button) {
    const wanted = this.#wanted();
    await this.#form.pending(button, async () => {
      const id = this.#saved?.id ?? 'new';
      if (this.#saved && Object.keys(wanted).length === 0) return this.#onsaved(id);
      const answer = await this.#app.jmap.call('Maildrop/set', this.#saved ? {update: {[id]: wanted}} : {create: {new: wanted}});
      const record = settled(answer, id, 'Maildrop/set');
      await this.#app.records.Maildrop.load(null);
      this.#onsaved(this.#saved?.id ?? record.id);
    });
  }
}
