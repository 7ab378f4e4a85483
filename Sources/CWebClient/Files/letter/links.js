import {el} from '../core/dom.js';

const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"`\u0000-\u001f]+/giu;
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const MOST = 2000;

/**
 * A text as nodes, with links where it spells out an http, https or mailto address. Bare domains stay text: nobody said
 * that they are addresses. Nothing is ever made from a string of markup.
 * @param {string} text
 * @returns {Array<string|HTMLElement>}
 */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const {0: found, index} of text.matchAll(CANDIDATE)) {
    const address = trimmed(found);
    const href = safeAddress(address);
    if (href === null) continue;
    nodes.push(text.slice(from, index), link(href, address));
    from = index + address.length;
    if (nodes.length > 2 * MOST) break;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== '');
}

/** A link out of a letter: in a tab of its own, which learns nothing of this page. */
export const link = (href, ...children) => el('a', {href, target: '_blank', rel: 'noopener noreferrer'}, ...children);

/** The address in its normal form when it is one that a letter may link to, else null. */
export function safeAddress(address) {
  let url;
  try { url = new URL(address); } catch { return null; }
  return SCHEMES.has(url.protocol) ? url.href : null;
}

/** Without the sentence's own signs at the end, and without a bracket that was opened before the address. */
function trimmed(found) {
  let text = found;
  for (;;) {
    const last = text.at(-1);
    const opening = {')': '(', ']': '[', '}': '{'}[last];
    const isSurplus = opening ? count(text, last) > count(text, opening) : '.,;:!?\'*_'.includes(last);
    if (!isSurplus || text.length === 0) return text;
    text = text.slice(0, -1);
  }
}

const count = (text, sign) => text.split(sign).length - 1;
