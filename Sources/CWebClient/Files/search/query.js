import {keywordOf} from './keyword.js';

/**
 * The language of the search box: `from: to: cc: subject: body: has: is: in: before: after: older: newer: larger:
 * smaller: filename: list: maildrop: label:`, words, "words beside each other", and `-` before what must not be. No document is
 * touched here; the table of cases is Tests/Corpus/web/search.json.
 */

/** The operators, by every name that somebody may write. */
const NAMES = {
  from: ['from', 'von'], to: ['to', 'an'], cc: ['cc', 'kopie'], bcc: ['bcc'], subject: ['subject', 'betreff'], body: ['body', 'inhalt'],
  has: ['has', 'hat'], is: ['is', 'ist'], in: ['in', 'ordner'], before: ['before', 'vor'], after: ['after', 'since', 'nach', 'seit'],
  older: ['older', 'older_than', 'älter'], newer: ['newer', 'newer_than', 'neuer'], larger: ['larger', 'größer'], smaller: ['smaller', 'kleiner'],
  label: ['label', 'tag', 'etikett', 'schlagwort'],
  filename: ['filename', 'file', 'datei'], list: ['list', 'liste'], maildrop: ['maildrop', 'account', 'konto', 'postfach'],
};
const OPERATORS = new Map(Object.entries(NAMES).flatMap(([operator, names]) => names.map((name) => [name, operator])));

const STATES = {
  unread: {notKeyword: '$seen'}, ungelesen: {notKeyword: '$seen'}, read: {hasKeyword: '$seen'}, gelesen: {hasKeyword: '$seen'},
  starred: {hasKeyword: '$flagged'}, flagged: {hasKeyword: '$flagged'}, markiert: {hasKeyword: '$flagged'},
  answered: {hasKeyword: '$answered'}, replied: {hasKeyword: '$answered'}, beantwortet: {hasKeyword: '$answered'},
  forwarded: {hasKeyword: '$forwarded'}, weitergeleitet: {hasKeyword: '$forwarded'}, draft: {hasKeyword: '$draft'}, entwurf: {hasKeyword: '$draft'},
};
const ATTACHMENTS = ['attachment', 'attachments', 'file', 'anhang', 'anhänge', 'datei'];
const ANYWHERE = ['anywhere', 'all', 'everywhere', 'überall', 'alles'];
const PARTS = {from: 'from', to: 'to', cc: 'cc', bcc: 'bcc', subject: 'subject', body: 'body'};
const UNITS = {h: 3_600_000, d: 86_400_000, t: 86_400_000, w: 604_800_000, m: 2_592_000_000, y: 31_536_000_000, j: 31_536_000_000};
const SIZES = {'': 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9};

/**
 * Cuts a text into tokens.
 * @param {string} text
 * @returns {Array<{operator: string|null, value: string, isNegated: boolean, isQuoted: boolean, text: string}>} `text` as it was
 *   written; `operator` null for words.
 */
export function parse(text) {
  const tokens = [];
  const pattern = /(-?)(?:([\p{L}_]+):)?(?:"([^"]*)"?|(\S+))/gu;
  for (const match of text.matchAll(pattern)) {
    const [whole, minus, name, quoted, word] = match;
    const operator = name === undefined ? null : OPERATORS.get(name.toLowerCase()) ?? null;
    const isNegated = minus === '-';
    if (operator !== null) {
      tokens.push({operator, value: (quoted ?? word).trim(), isNegated, isQuoted: quoted !== undefined, text: whole});
    } else {
      // What looks like an operator and is none is a word: "Re:", "12:30".
      const value = quoted ?? word;
      tokens.push({operator: null, value: name === undefined ? value : `${name}:${value}`, isNegated, isQuoted: quoted !== undefined, text: whole});
    }
  }
  return tokens.filter(({value}) => value !== '' && value !== '-');
}

/** The text without one of its tokens. */
export function without(tokens, token) {
  return tokens.filter((other) => other !== token).map(({text}) => text).join(' ');
}

/**
 * The filter of `Email/query` (RFC 8621 §4.4.1) for tokens.
 * @param {{now: Date, mailbox: function(string): string|undefined, maildrop: function(string): string|undefined}} context
 * @returns {{filter: Object|null, isPlaced: boolean, wrong: Array}} `isPlaced` when the search says where; `wrong` the tokens that
 *   say nothing that can be looked for: they are left out.
 */
export function filterOf(tokens, context) {
  const conditions = [];
  const wrong = [];
  let isPlaced = false;
  for (const token of tokens) {
    if (token.operator === 'in' && ANYWHERE.includes(token.value.toLowerCase())) {
      isPlaced = true;
      continue;
    }
    const condition = conditionOf(token, context);
    if (condition === null) {
      wrong.push(token);
    } else {
      if (token.operator === 'in' && !token.isNegated) isPlaced = true;
      conditions.push(token.isNegated ? {operator: 'NOT', conditions: [condition]} : condition);
    }
  }
  const joined = joinWords(conditions);
  return {filter: joined.length < 2 ? joined[0] ?? null : {operator: 'AND', conditions: joined}, isPlaced, wrong};
}

function conditionOf({operator, value, isQuoted}, context) {
  const lower = value.toLowerCase();
  const words = isQuoted ? `"${value}"` : value;
  switch (operator) {
    case null: return {text: words};
    case 'has': return ATTACHMENTS.includes(lower) ? {hasAttachment: true} : STATES[lower] ?? null;
    case 'is': return STATES[lower] ?? null;
    case 'in': return named('inMailbox', context.mailbox(value));
    case 'maildrop': return named('maildropId', context.maildrop(value));
    case 'label': return keyword(value);
    case 'filename': return {attachmentName: words};
    case 'list': return {header: ['List-Id', value]};
    case 'before': return timed('before', day(value, context.now));
    case 'after': return timed('after', day(value, context.now));
    case 'older': return timed('before', ago(lower, context.now));
    case 'newer': return timed('after', ago(lower, context.now));
    case 'larger': return sized('minSize', lower);
    case 'smaller': return sized('maxSize', lower);
    default: return {[PARTS[operator]]: words};
  }
}

/** Of a label's name, or the keyword itself. */
function keyword(value) {
  const made = keywordOf(value);
  return made === null ? null : {hasKeyword: made};
}

const named = (name, id) => (id === undefined ? null : {[name]: id});
const timed = (name, date) => (date === null ? null : {[name]: date.toISOString().replace(/\.\d+Z$/, 'Z')});

function sized(name, value) {
  const [, amount, unit] = /^(\d+(?:[.,]\d+)?)\s*([kmg]?b?)$/.exec(value) ?? [];
  return amount === undefined ? null : {[name]: Math.round(Number(amount.replace(',', '.')) * SIZES[unit])};
}

/** The beginning of a day, month or year, where the reader is. */
function day(value, now) {
  const words = {today: 0, heute: 0, yesterday: 1, gestern: 1};
  const back = words[value.toLowerCase()];
  if (back !== undefined) return new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(value);
  const [, year, month = '1', date = '1'] = (german ? [null, german[3], german[2], german[1]] : /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/.exec(value)) ?? [];
  if (year === undefined || month < 1 || month > 12 || date < 1 || date > 31) return null;
  return new Date(Number(year), month - 1, Number(date));
}

function ago(value, now) {
  const [, amount, unit] = /^(\d{1,5})\s*([hdtwmyj])$/.exec(value) ?? [];
  return amount === undefined ? null : new Date(now - amount * UNITS[unit]);
}

/** Words without an operator are one text, so that the server looks for them at once. */
function joinWords(conditions) {
  const isText = (one) => Object.keys(one).length === 1 && 'text' in one;
  const words = conditions.filter(isText).map(({text}) => text);
  if (words.length < 2) return conditions;
  return [{text: words.join(' ')}, ...conditions.filter((one) => !isText(one))];
}
