import {askFor} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {language, longDate, t} from '../core/i18n.js';
import {localTime} from '../core/localtime.js';

/** The times of day at which what was put away comes back: in the morning, and in the evening. */
const [MORNING, EVENING] = [8, 18];

/**
 * Asks until when something is put away.
 * @param {number} longest seconds from now at most.
 * @returns {Promise<Date|null>}
 */
export function askUntil(longest) {
  const now = new Date();
  const last = new Date(now.getTime() + longest * 1000);
  const complaint = el('p.complaint', {role: 'alert'});
  const input = el('input', {type: 'datetime-local', value: localTime(choices(now).at(-1).when), min: localTime(now), max: localTime(last)});
  const own = () => {
    const when = new Date(input.value);
    const isGood = when > new Date() && when <= last;
    complaint.textContent = isGood ? '' : t('mail.snoozeWrong');
    return isGood && when;
  };
  const list = el('div.snooze-choices', {});
  return askFor({
    title: t('mail.snoozeUntil'), className: 'is-snooze', isLenient: true,
    body: [list, el('label', {}, t('mail.snoozeOwn'), input), complaint],
    actions: [{label: t('mail.snoozeThen'), kind: 'primary', value: own}, {label: t('core.cancel'), value: null}],
  }, (dialog, close) => {
    list.append(...choices(now).map(({word, when}, index) => el('button.snooze-choice', {
      type: 'button', autofocus: index === 0, title: longDate(when), onclick: () => close(when),
    }, el('span', {}, t(`mail.snooze.${word}`)), ' ', el('span.snooze-when', {}, untilDate(when, now)))));
    list.querySelector('button').focus();
  });
}

/** What is offered, each time once. @param {Date} now @returns {Array<{word: string, when: Date}>} */
export function choices(now) {
  const at = (days, hour) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const hour = now.getHours() + 3;
  const today = hour < EVENING ? EVENING : hour + 1;
  const isWeekend = now.getDay() % 6 === 0;
  const all = [
    today < 24 && {word: 'today', when: at(0, today)},
    {word: 'tomorrow', when: at(1, MORNING)},
    !isWeekend && {word: 'weekend', when: at(6 - now.getDay(), MORNING)},
    {word: 'week', when: at((8 - now.getDay()) % 7 || 7, MORNING)},
  ].filter(Boolean);
  return all.filter(({when}, index) => all.findIndex((other) => Number(other.when) === Number(when)) === index);
}

const forms = new Map();

/** When something comes back, in few words: the time of today, the weekday of the next days, else the date. @param {Date|string} date */
export function untilDate(date, now = new Date()) {
  const when = new Date(date);
  const days = (new Date(when).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000;
  const day = days < 0.5 ? {} : days < 6.5 ? {weekday: 'short'} : {day: 'numeric', month: 'short', ...(when.getFullYear() !== now.getFullYear() && {year: 'numeric'})};
  const key = Object.keys(day).join();
  if (!forms.has(key)) forms.set(key, new Intl.DateTimeFormat(language, {...day, hour: 'numeric', minute: '2-digit'}));
  return forms.get(key).format(when);
}
