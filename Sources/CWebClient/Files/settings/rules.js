import {el, fill} from '../core/dom.js';
import {catalogue, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {ask} from '../core/question.js';
import {openRule} from '../rules/dialog.js';
import {sentence, trouble} from '../rules/words.js';

/** The rules (`#/settings/rules`), in the order in which they look at new mail. */
export async function open(app) {
  const {MailRule, Maildrop, Mailbox} = app.records;
  await Promise.all([catalogue('rules'), MailRule.load(null), Maildrop.load(null)]);
  const list = el('ol.cards.rules');
  // A card is made anew only where it says something else: under a finger nothing is replaced by the same.
  let cards = new Map();
  const show = () => {
    const next = new Map(rules(app).map((rule, place, all) => {
      const says = JSON.stringify([rule, sentence(app, rule), place, all.length]);
      const old = cards.get(rule.id);
      return [rule.id, old?.says === says ? old : {says, element: card(app, rule, all)}];
    }));
    cards = next;
    const wanted = cards.size ? [...cards.values()].map((one) => one.element) : [el('li', {}, t('rules.none'))];
    if (wanted.length !== list.children.length || wanted.some((node, place) => node !== list.children[place])) fill(list, wanted);
  };
  const element = el('div', {}, el('h1', {}, t('settings.page.rules')), el('p', {}, t('rules.whatRulesAre')), list,
    el('p', {}, el('button.primary', {type: 'button', onclick: () => openRule(app, {conditions: {}, actions: {}}).catch((error) => app.failed(error))}, t('rules.new'))));
  const changed = () => {
    const key = document.activeElement?.dataset?.key;
    show();
    if (key && !document.activeElement?.dataset?.key) list.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`)?.focus();
  };
  changed();
  const all = [MailRule, Maildrop, Mailbox];
  for (const records of all) records.addEventListener('change', changed);
  element.close = () => { for (const records of all) records.removeEventListener('change', changed); };
  return element;
}

/** As the server takes them: by their order, then the older one first. */
const rules = (app) => app.records.MailRule.all().sort((one, other) => one.sortOrder - other.sortOrder || Number(one.id.slice(1)) - Number(other.id.slice(1)));

function card(app, rule, all) {
  const place = all.indexOf(rule);
  const text = sentence(app, rule);
  const button = (name, run, options = {}) => el(options.isDangerous ? 'button.danger' : 'button', {
    type: 'button', dataset: {key: `${name} ${rule.id}`}, disabled: options.disabled ?? false, 'aria-label': t(`rules.${name}Named`, {rule: text}), onclick: () => {
      Promise.resolve(run()).catch((error) => app.failed(error));
    },
  }, t(`rules.${name}`));
  const problem = trouble(rule);
  return el('li.card', {class: rule.isEnabled ? null : 'is-off'}, rule.name && el('h2', {dir: 'auto'}, rule.name), el('p', {dir: 'auto'}, text),
    problem && el('p.complaint', {}, problem),
    el('div.button-row', {}, onOff(app, rule, text),
      button('edit', () => openRule(app, rule)),
      button('up', () => move(app, rule.id, -1), {disabled: place === 0}),
      button('down', () => move(app, rule.id, 1), {disabled: place === all.length - 1}),
      button('remove', () => remove(app, rule, text), {isDangerous: true})));
}

function onOff(app, rule, text) {
  const box = el('input', {
    type: 'checkbox', checked: rule.isEnabled, dataset: {key: `on ${rule.id}`}, 'aria-label': t('rules.onNamed', {rule: text}),
    onchange: () => app.changes.update('MailRule', {[rule.id]: {isEnabled: box.checked}}),
  });
  return el('label.rule-on', {}, box, ' ', t('rules.on'));
}

/** Every rule gets the number of its place: those that share one would not change places. */
async function move(app, moved, step) {
  const all = rules(app);
  const place = all.findIndex(({id}) => id === moved);
  if (!all[place + step]) return;
  const order = all.map(({id}) => id);
  [order[place], order[place + step]] = [order[place + step], order[place]];
  const before = new Map(all.map(({id, sortOrder}) => [id, sortOrder]));
  const update = Object.fromEntries(order.flatMap((id, number) => (before.get(id) === number ? [] : [[id, {sortOrder: number}]])));
  if (Object.keys(update).length === 0) return;
  await app.changes.update('MailRule', update).done;
  notify(t('rules.moved', {place: place + step + 1, count: all.length}));
}

function remove(app, {id}, text) {
  return ask({
    title: t('rules.removeQuestion'), body: [el('p', {dir: 'auto'}, text), el('p', {}, t('rules.removeMeans'))], action: t('rules.remove'), isDangerous: true,
    run: async () => {
      settled(await app.jmap.call('MailRule/set', {destroy: [id]}), id, 'MailRule/set');
      await app.records.MailRule.refresh();
    },
  });
}
