/** Words, numbers and dates in the reader's language. Catalogues are `locales/<language>/<area>.json`. */

import {BASE} from './dom.js';
import {remember, remembered} from './stored.js';

/** The languages there are catalogues for, and what each calls itself. */
export const LANGUAGES = {en: 'English', de: 'Deutsch'};

const NAME = 'language';
const words = new Map();
const loading = new Map();
const plural = new Map();
/** The catalogues that came with the module, by `<language>/<area>`: the program puts the first page's here (docs/decisions/0090). */
const brought = new Map(/* {{words}} */);

/** The language that is shown: what was chosen here, else the browser's first that we have, else English. */
export const language = choose();

function choose() {
  const wanted = [remembered(NAME, null), ...navigator.languages].filter(Boolean).map((tag) => tag.split('-')[0]);
  return wanted.find((tag) => tag in LANGUAGES) ?? 'en';
}

/** Shows another language from now on: the page is loaded again. */
export function speak(tag) {
  remember(NAME, tag);
  location.reload();
}

/**
 * Loads the words of `areas`; a module that shows something does so before it does.
 * @param {...string} areas such as `core`, `mail`.
 */
export async function catalogue(...areas) {
  await Promise.all(areas.map((area) => {
    if (!loading.has(area)) loading.set(area, load(area));
    return loading.get(area);
  }));
}

async function load(area) {
  const text = brought.get(`${language}/${area}`);
  if (text) return void words.set(area, JSON.parse(text));
  try {
    const answer = await fetch(`${BASE}/locales/${language}/${area}.json`);
    if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
    words.set(area, await answer.json());
  } catch (error) {
    loading.delete(area);
    throw error;
  }
}

/**
 * The text `area.key`. `{name}` is replaced by that parameter; an object of plural forms (`one`, `other`, …) is chosen
 * from by the parameter `count` (Intl.PluralRules).
 * @param {string} key
 * @param {Object<string, string|number>} [parameters]
 */
export function t(key, parameters = {}) {
  const dot = key.indexOf('.');
  let text = words.get(key.slice(0, dot))?.[key.slice(dot + 1)];
  if (text && typeof text === 'object') text = text[rules().select(Number(parameters.count))] ?? text.other;
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = parameters[name];
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value;
  });
}

function rules() {
  if (!plural.has(language)) plural.set(language, new Intl.PluralRules(language));
  return plural.get(language);
}

const formats = new Map();
function format(key, make) {
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key);
}

/**
 * 12,345 or 12.345. Whole numbers, and the dates of lists, are written by what the catalogue says: the first formatter of
 * `Intl` costs a slow device a tenth of a second, before anything is shown.
 */
export function number(value) {
  if (Number.isSafeInteger(value)) return String(value).replace(/\B(?=(?:\d{3})+$)/g, t('core.group'));
  return format('number', () => new Intl.NumberFormat(language)).format(value);
}

/** "3.4 MB" of octets. */
export function size(octets) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let step = 0;
  let value = octets;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return format(`size${units[step]}`, () => new Intl.NumberFormat(language, {
    style: 'unit', unit: units[step], unitDisplay: step ? 'short' : 'long', maximumSignificantDigits: 3,
  })).format(value);
}

/** For a list: the time of today, the day of this year, else the date. `date` is a Date or a UTCDate. */
export function shortDate(date, now = new Date()) {
  const when = new Date(date);
  const isThisYear = when.getFullYear() === now.getFullYear();
  const isToday = isThisYear && when.getMonth() === now.getMonth() && when.getDate() === now.getDate();
  return t(isToday ? 'core.shortTime' : isThisYear ? 'core.shortDay' : 'core.shortDate', parts(when));
}

/** What the catalogue's patterns for times and dates are made of. */
function parts(when) {
  const two = (value) => String(value).padStart(2, '0');
  const [month, day, hour] = [when.getMonth() + 1, when.getDate(), when.getHours()];
  return {
    day: String(day), day2: two(day), month: String(month), month2: two(month), monthName: t('core.months').split(' ')[month - 1],
    year2: two(when.getFullYear() % 100), hour2: two(hour), hour12: String(hour % 12 || 12), half: hour < 12 ? 'AM' : 'PM', minute2: two(when.getMinutes()),
  };
}

/** Day and time, as long as it is unambiguous. */
export function longDate(date) {
  return format('long', () => new Intl.DateTimeFormat(language, {dateStyle: 'full', timeStyle: 'short'})).format(new Date(date));
}

/** The day alone, "3 March", of a Date or a UTCDate. */
export function dayName(date) {
  return format('dayName', () => new Intl.DateTimeFormat(language, {day: 'numeric', month: 'long'})).format(new Date(date));
}

/** The date alone, with its year. */
export function dateName(date) {
  return format('dateName', () => new Intl.DateTimeFormat(language, {dateStyle: 'long'})).format(new Date(date));
}

/** "in 3 minutes", "2 days ago". */
export function relativeTime(date, now = Date.now()) {
  let seconds = (new Date(date) - now) / 1000;
  for (const [unit, length] of [['second', 60], ['minute', 60], ['hour', 24], ['day', 30], ['month', 12], ['year', Infinity]]) {
    if (Math.abs(seconds) < length) {
      return format('relative', () => new Intl.RelativeTimeFormat(language, {numeric: 'auto'})).format(Math.round(seconds), unit);
    }
    seconds /= length;
  }
}

/** Tells the document which way its language runs. */
export function markDocument() {
  document.documentElement.lang = language;
  document.documentElement.dir = ['ar', 'fa', 'he', 'ur'].includes(language) ? 'rtl' : 'ltr';
}
