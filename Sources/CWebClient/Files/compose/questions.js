import {askFor} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {longDate, t} from '../core/i18n.js';
import {localTime} from '../core/localtime.js';
import {safeAddress} from '../letter/links.js';

/** Asks for a value in a form; null when it was closed. */
function question(title, field, read, action) {
  const complaint = el('p.complaint', {role: 'alert'});
  const value = () => {
    const found = read();
    if (found === null) complaint.textContent = t('compose.notUnderstood');
    return found ?? false;
  };
  return askFor({title, body: [field, complaint], isLenient: true, actions: [{label: action, kind: 'primary', value}, {label: t('core.cancel'), value: null}]});
}

/** Where a link leads. @returns {Promise<string|null>} */
export function askAddress() {
  const input = el('input', {type: 'url', autofocus: true, placeholder: 'https://'});
  const read = () => safeAddress(input.value.trim()) ?? safeAddress(`https://${input.value.trim()}`);
  return question(t('compose.link'), [el('label', {}, t('compose.linkAddress'), input)], read, t('compose.insert'));
}

/** When a letter is sent. @param {number} longest seconds from now at most. @returns {Promise<Date|null>} */
export function askTime(longest) {
  const now = new Date();
  const input = el('input', {type: 'datetime-local', autofocus: true, value: localTime(choices(now)[0].when), min: localTime(now), max: localTime(new Date(now.getTime() + longest * 1000))});
  const quick = choices(now).map(({word, when}) => el('button', {type: 'button', title: longDate(when), onclick: () => { input.value = localTime(when); }}, t(`compose.${word}`)));
  const read = () => {
    const when = new Date(input.value);
    return when > new Date() && when - now < longest * 1000 ? when : null;
  };
  return question(t('compose.sendLater'), [el('p', {}, t('compose.sendLaterHelp')), el('div.buttons.is-start', {}, ...quick), el('label', {}, t('compose.sendWhen'), input)], read, t('compose.sendThen'));
}

function choices(now) {
  const at = (days, hour) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const monday = (8 - now.getDay()) % 7 || 7;
  return [...(now.getHours() < 17 ? [{word: 'thisEvening', when: at(0, 18)}] : []), {word: 'tomorrow', when: at(1, 8)}, {word: 'monday', when: at(monday, 8)}];
}
