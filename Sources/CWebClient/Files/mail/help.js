import {askFor} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {active, areKeysOn, switchKeys} from '../core/keys.js';

const OPERATORS = ['from:', 'to:', 'cc:', 'subject:', 'body:', 'has:attachment', 'is:unread', 'is:starred', 'in:', 'before:2026-03-01', 'after:2026-03-01',
  'older:30d', 'newer:7d', 'larger:5M', 'smaller:100k', 'filename:', 'label:', 'list:', 'maildrop:', '"…"', '-'];

/** The keys that work now, and what the search box understands; single keys can be switched off here. */
export function help() {
  const keys = active().map(({keys: names, label}) => el('tr', {},
    el('td', {}, names.filter((name) => !name.startsWith('Meta+')).map((name, index) => [index > 0 && ' / ', el('kbd', {}, spelled(name))])),
    el('td', {}, t(label))));
  const box = el('input', {type: 'checkbox', checked: areKeysOn(), onchange: () => switchKeys(box.checked)});
  return askFor({
    title: t('mail.helpTitle'), className: 'is-help',
    body: [
      el('label.switch', {}, box, ` ${t('mail.singleKeys')}`),
      el('div.help-tables', {tabindex: '0', role: 'region', 'aria-label': t('mail.helpTitle')},
        el('table', {}, el('caption', {}, t('mail.keys')), el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('mail.key')), el('th', {scope: 'col'}, t('mail.does')))), el('tbody', {}, keys)),
        el('table', {}, el('caption', {}, t('mail.searchLanguage')), el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('mail.searchPart')), el('th', {scope: 'col'}, t('mail.finds')))),
          el('tbody', {}, OPERATORS.map((operator) => el('tr', {}, el('td', {}, el('code', {}, operator)), el('td', {}, t(`mail.help.${meaning(operator)}`))))))),
    ],
  });
}

const meaning = (operator) => ({'"…"': 'quoted', '-': 'not', 'is:starred': 'starred'})[operator] ?? operator.split(':')[0];

const spelled = (key) => key.replace('Ctrl+', 'Ctrl ').replace('Shift+', '⇧ ').replace('Escape', 'Esc').replace('Space', t('mail.space'));
