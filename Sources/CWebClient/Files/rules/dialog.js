import {openDialog} from '../core/dialog.js';
import {el, fill} from '../core/dom.js';
import {Field, Form, Wrong} from '../core/form.js';
import {catalogue, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {styles} from '../core/styles.js';
import {bdi, shown} from '../letter/names.js';
import {byRole} from '../mail/folders.js';
import {knownLabels, labelName} from '../mail/labels.js';
import {isLabel, keywordOf, nameOfKeyword} from '../search/keyword.js';
import {folderChoices} from '../settings/folderchoices.js';
import {changeThoseHere} from './here.js';
import {sentence} from './words.js';

const JUNK = 'junk';

/**
 * Lets somebody make a rule, or change one: below the fields stands in a sentence what it does.
 *
 * @param {import('../app/app.js').App} app
 * @param {{id?: string, conditions: Object, actions: Object, stops?: boolean}} rule what it begins with; one with an `id` is changed.
 * @param {{from?: string, listId?: string}} [offered] values that may be chosen beside what stands there.
 * @returns {Promise<boolean>} whether it was saved.
 */
export async function openRule(app, rule, offered = {}) {
  await Promise.all([catalogue('rules', 'settings'), styles('settings'), app.records.Maildrop.load(null)]);
  return new Promise((resolve) => {
    let isSaved = false;
    const fields = new Fields(app, rule, offered);
    const {form, content} = fields.form(rule.id ? t('rules.save') : t('rules.make'), async () => {
      const wanted = fields.rule();
      await save(app, rule.id, wanted);
      isSaved = true;
      dialog.close();
      notify(t(rule.id ? 'rules.saved' : 'rules.made'));
      if (fields.isForThoseHere) changeThoseHere(app, wanted).catch((error) => app.failed(error));
    }, () => dialog.close());
    const dialog = openDialog(t(rule.id ? 'rules.change' : 'rules.new'), [content, form.element], {kind: 'form-question is-rule', onclose: () => resolve(isSaved)});
    form.focus();
  });
}

async function save(app, id, rule) {
  if (id) settled(await app.jmap.call('MailRule/set', {update: {[id]: rule}}), id, 'MailRule/set');
  else settled(await app.jmap.call('MailRule/set', {create: {rule}}), 'rule', 'MailRule/set');
  const {MailRule} = app.records;
  if (MailRule.state !== null) await MailRule.refresh({created: true});
}

/** What is asked for, and the rule that it makes. */
class Fields {
  #app;
  #rule;
  #says = el('p.rule-says', {'aria-live': 'polite', dir: 'auto'});
  #conditions;
  #actions;
  #stops;
  #here;
  /** Buttons that fill in the sender, or everybody there. */
  #offers;

  constructor(app, rule, offered) {
    this.#app = app;
    this.#rule = rule;
    const {from, to, subject, listId, maildropId} = rule.conditions;
    const {mailboxId, keywords = {}, isJunk} = rule.actions;
    const most = {maxlength: '250', autocomplete: 'off', spellcheck: 'false'};
    const maildrops = app.records.Maildrop.all().map((maildrop) => [maildrop.id, maildrop.name]);
    if (maildropId && !app.records.Maildrop.get(maildropId)) maildrops.push([maildropId, t('rules.removedMaildrop')]);
    this.#conditions = {
      from: new Field('from', t('rules.from'), {value: from ?? '', hint: t('rules.addressHint'), ...most}),
      listId: new Field('listId', t('rules.list'), {value: listId ?? '', ...most}),
      subject: new Field('subject', t('rules.subject'), {value: subject ?? '', ...most}),
      to: new Field('to', t('rules.to'), {value: to ?? '', hint: t('rules.toHint'), ...most}),
      maildropId: new Field('maildropId', t('rules.maildrop'), {value: maildropId ?? '', choices: [['', t('rules.anyMaildrop')], ...maildrops]}),
    };
    const junk = byRole(app, 'junk')?.id;
    const folders = folderChoices(app).filter(([id]) => id !== junk || id === mailboxId);
    const places = [['', t('rules.stay')], [JUNK, t('rules.junk')], ...folders.map(([id, name]) => [id, t('rules.moveTo', {name})])];
    this.#actions = {
      place: new Field('place', t('rules.place'), {value: isJunk ? JUNK : mailboxId ?? '', choices: places}),
      read: new Field('read', t('rules.read'), {type: 'checkbox', value: Boolean(keywords.$seen)}),
      star: new Field('star', t('rules.star'), {type: 'checkbox', value: Boolean(keywords.$flagged)}),
      labels: new Field('labelNames', t('rules.labels'), {value: Object.keys(keywords).filter(isLabel).map(nameOfKeyword).join(', '), hint: t('rules.labelsHint'), ...most, list: 'rule-labels'}),
    };
    this.#offers = el('p.button-row.rule-offers', {hidden: !offered.from?.includes('@')}, offersOf(offered.from).map((sender) =>
      el('button.quiet', {type: 'button', onclick: () => this.#fillIn(sender)}, bdi(shown(sender)))));
    this.#stops = new Field('stops', t('rules.stops'), {type: 'checkbox', value: Boolean(rule.stops)});
    this.#here = new Field('here', t('rules.here'), {type: 'checkbox', value: false, hint: t('rules.hereHint')});
  }

  #fillIn(sender) {
    this.#conditions.from.value = sender;
    this.#conditions.from.complain(null);
    this.#tell();
    this.#conditions.from.control.focus();
  }

  get isForThoseHere() { return this.#here.value; }

  /** The form, and what stands above it. */
  form(action, run, cancel) {
    const {from, listId, subject, to, maildropId} = this.#conditions;
    const rare = [to, maildropId];
    const isRareUsed = rare.some(({value}) => value);
    const part = (title, fields) => el('fieldset', {}, el('legend', {}, title), fields.map((field) => (field.element ?? field)));
    const form = new Form({
      fields: [from, listId, subject, to, maildropId, ...Object.values(this.#actions), this.#stops, this.#here],
      action, run,
      content: [
        part(t('rules.which'), [from, this.#offers, listId, subject, el('details', {open: isRareUsed}, el('summary', {}, t('rules.more')), rare.map(({element}) => element), this.#stops.element)]),
        part(t('rules.what'), [...Object.values(this.#actions), el('datalist', {id: 'rule-labels'}, knownLabels().map((keyword) => el('option', {value: labelName(keyword)})))]),
        this.#says, this.#here.element,
      ],
      beside: [el('button', {type: 'button', onclick: cancel}, t('core.cancel'))],
    });
    form.element.addEventListener('input', () => this.#tell());
    this.#tell();
    return {form, content: this.#rule.problem ? el('p.complaint', {}, t(`rules.problem.${this.#rule.problem}`)) : null};
  }

  #tell() {
    let text = '';
    try { text = sentence(this.#app, this.rule()); } catch { /* Said when it is saved. */ }
    fill(this.#says, text || t('rules.saysNothing'));
  }

  /** As the server takes it. @throws {Wrong} */
  rule() {
    const value = (field) => field.value.trim() || null;
    const conditions = Object.fromEntries(Object.entries(this.#conditions).map(([name, field]) => [name, value(field)]));
    for (const name of ['from', 'to']) {
      if (conditions[name] && !/^[^\s<>,@]*@[^\s<>,@]+$/.test(conditions[name])) throw new Wrong(name, t('rules.noAddress'));
    }
    if (Object.values(conditions).every((one) => one === null)) throw new Wrong('from', t('rules.noCondition'));
    const {place} = this.#actions;
    const actions = {mailboxId: place.value && place.value !== JUNK ? place.value : null, isJunk: place.value === JUNK, keywords: this.#keywords()};
    if (!actions.mailboxId && !actions.isJunk && Object.keys(actions.keywords).length === 0) throw new Wrong('place', t('rules.noAction'));
    return {conditions, actions, stops: this.#stops.value};
  }

  /** Keywords that another program's rule sets stay. */
  #keywords() {
    const {read, star, labels} = this.#actions;
    const names = labels.value.split(',').map((name) => name.trim()).filter(Boolean);
    const made = names.map((name) => [name, keywordOf(name)]);
    const wrong = made.find(([, keyword]) => !keyword);
    if (wrong) throw new Wrong('labelNames', t('rules.noLabel', {name: wrong[0]}));
    const others = Object.keys(this.#rule.actions.keywords ?? {}).filter((keyword) => !isLabel(keyword) && !['$seen', '$flagged'].includes(keyword));
    return Object.fromEntries([...(read.value ? ['$seen'] : []), ...(star.value ? ['$flagged'] : []), ...made.map(([, keyword]) => keyword), ...others].map((keyword) => [keyword, true]));
  }
}

/** An address, and its domain for whoever means all that write from there. */
const offersOf = (from) => (from?.includes('@') ? [from, from.slice(from.lastIndexOf('@'))] : []);
