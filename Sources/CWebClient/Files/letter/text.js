import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {linked} from './links.js';

const DEEPEST = 12;
const LONG_QUOTE = 4;

/**
 * A plain text body as elements: quotes as nested block quotes (the long one at the end folded), the signature dimmed,
 * links by `links.js`. @param {string} text @returns {HTMLElement}
 */
export function plainText(text) {
  const {body, signature} = split(text.replace(/\r\n?/g, '\n').replace(/\s+$/, ''));
  const element = el('div.plain', {dir: 'auto'}, ...blocks(body));
  if (signature !== null) element.append(el('div.signature', {}, ...linked(signature)));
  return element;
}

/** The signature begins at the last line that is `-- ` (RFC 3676 §4.3), if nothing quoted follows. */
function split(text) {
  const at = text.lastIndexOf('\n-- \n');
  if (at < 0 || /^>/m.test(text.slice(at))) return {body: text, signature: null};
  return {body: text.slice(0, at), signature: text.slice(at + 1)};
}

function blocks(text) {
  const lines = text.split('\n').map((line) => {
    const marks = /^(?:> ?)*/.exec(line)[0];
    return {depth: Math.min(marks.split('>').length - 1, DEEPEST), text: line.slice(marks.length)};
  });
  const runs = grouped(lines);
  const lastQuote = runs.findLastIndex(({depth}) => depth > 0);
  return runs.map(({depth, lines: own}, index) => {
    if (depth === 0) return el('div.lines', {}, ...linked(own.map((line) => line.text).join('\n')));
    const quote = nested(own, 1);
    const isFolded = index === lastQuote && index > 0 && own.length >= LONG_QUOTE && isLast(runs, index);
    return isFolded ? el('details.fold', {}, el('summary', {}, t('letter.quoted')), quote) : quote;
  });
}

/** Whether only blank lines follow. */
const isLast = (runs, index) => runs.slice(index + 1).every(({lines}) => lines.every(({text}) => text.trim() === ''));

/** Lines that are quoted, and lines that are not, in turn. */
function grouped(lines) {
  const runs = [];
  for (const line of lines) {
    const isQuoted = line.depth > 0;
    if (runs.length === 0 || (runs.at(-1).depth > 0) !== isQuoted) runs.push({depth: isQuoted ? 1 : 0, lines: []});
    runs.at(-1).lines.push(line);
  }
  return runs;
}

/** A block quote of depth `depth` and the deeper ones within it. */
function nested(lines, depth) {
  const quote = el('blockquote', {});
  for (let from = 0; from < lines.length;) {
    const isDeeper = lines[from].depth > depth;
    let to = from;
    while (to < lines.length && (lines[to].depth > depth) === isDeeper) to += 1;
    const own = lines.slice(from, to);
    quote.append(isDeeper ? nested(own, depth + 1) : el('div.lines', {}, ...linked(own.map(({text}) => text).join('\n'))));
    from = to;
  }
  return quote;
}
