import {el} from '../core/dom.js';
import {dayName, number, size, t} from '../core/i18n.js';
import {picture, svg} from '../core/svg.js';
import {failureName, figures} from './words.js';

const DAYS = 30;
const STEP = 12;
const BARS = 56;

/**
 * How polls went on each of the last 30 days, by maildrop.
 * @param {string[]|null} maildropIds null: all.
 * @returns {Promise<Map<string, Object[]>>} empty where the server does not tell.
 */
export async function readDays(app, maildropIds) {
  const answer = await app.jmap.call('PollHistory/days', {maildropIds, days: DAYS, utcOffset: -60 * new Date().getTimezoneOffset()});
  return Map.groupBy(answer.list, ({maildropId}) => maildropId);
}

/** The last 30 days as `YYYY-MM-DD` of this reader's clock, the oldest first. */
function lastDays(now = new Date()) {
  return Array.from({length: DAYS}, (_, place) => {
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (DAYS - 1 - place), 12);
    return {date: day, key: `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`};
  });
}

/** How a day went: `none`, `good`, `some` (a few polls failed) or `bad` (all of them). */
function kindOf(day) {
  if (!day || day.polls === 0) return 'none';
  if (day.failures === 0) return 'good';
  return day.failures < day.polls ? 'some' : 'bad';
}

/**
 * A strip of 30 days, green, amber or red (and lower, the worse it was), over the messages of each day; a table beneath.
 * @param {Object[]} list the days of one maildrop, of PollHistory/days.
 * @param {{isSmall?: boolean}} [options] the strip alone, for a list.
 */
export function historyPicture(list, {isSmall = false} = {}) {
  const byDay = new Map(list.map((day) => [day.day, day]));
  const days = lastDays().map(({date, key}) => ({date, day: byDay.get(key)}));
  const most = Math.max(1, ...days.map(({day}) => day?.fetched ?? 0));
  const strip = days.map(({date, day}, place) => cell(date, day, place));
  const bars = isSmall ? [] : days.map(({day}, place) => bar(day?.fetched ?? 0, most, place));
  const count = (kind) => days.filter(({day}) => kindOf(day) === kind).length;
  const total = days.reduce((sum, {day}) => sum + (day?.fetched ?? 0), 0);
  const image = picture({
    title: t('settings.history.title'), width: DAYS * STEP, height: isSmall ? 20 : 32 + BARS, name: 'history',
    desc: t('settings.history.desc', {good: count('good'), some: count('some'), bad: count('bad'), total: number(total)}),
  }, strip, bars);
  if (isSmall) return image;
  return el('figure', {}, image, el('figcaption', {}, t('settings.history.caption', {most, total})), dayTable(days));
}

const HEIGHTS = {none: 4, good: 18, some: 12, bad: 7};

function cell(date, day, place) {
  const kind = kindOf(day);
  const height = HEIGHTS[kind];
  return svg(`rect.is-${kind}`, {x: place * STEP + 1, y: 19 - height, width: STEP - 2, height, rx: 2},
    svg('title', {}, t(`settings.history.${kind}`, {day: dayName(date), polls: day?.polls ?? 0, failures: day?.failures ?? 0})));
}

function bar(fetched, most, place) {
  const height = fetched ? Math.max(2, (fetched / most) * BARS) : 0.5;
  return svg('rect.is-mail', {x: place * STEP + 1, y: 30 + BARS - height, width: STEP - 2, height, rx: 1});
}

function dayTable(days) {
  const rows = days.filter(({day}) => day).reverse().map(({date, day}) => [dayName(date), number(day.polls), number(day.failures),
    number(day.fetched), size(day.octets), day.lastError ? failureName(day.lastError) : '']);
  return figures(t('settings.history.title'), ['day', 'polls', 'failures', 'fetched', 'octets', 'lastError'].map((name) => t(`settings.history.head.${name}`)), rows);
}
