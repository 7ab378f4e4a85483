import {el} from '../core/dom.js';
import {parsed} from './frame.js';
import {link, safeAddress} from './links.js';

/**
 * HTML reduced to what a letter of this page can say: paragraphs, emphasis, lists, quotes, links. Every element is made
 * anew; of the original nothing is kept but the text, the addresses of links, and which of these elements it stood in.
 */

const KEPT = {
  B: 'b', STRONG: 'b', I: 'i', EM: 'i', U: 'u', UL: 'ul', OL: 'ol', LI: 'li', BLOCKQUOTE: 'blockquote', P: 'p', PRE: 'pre', BR: 'br',
  H1: 'h3', H2: 'h3', H3: 'h3', H4: 'h3', H5: 'h3', H6: 'h3', CODE: 'code',
};
const BLOCKS = new Set(['DIV', 'SECTION', 'ARTICLE', 'HEADER', 'FOOTER', 'MAIN', 'CENTER', 'TR', 'FIGURE', 'ADDRESS', 'DT', 'DD', 'HR', 'FIELDSET']);
const DROPPED = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'META', 'LINK', 'BASE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'SELECT',
  'TEXTAREA', 'INPUT', 'BUTTON', 'AUDIO', 'VIDEO', 'CANVAS', 'SVG', 'MATH', 'XMP', 'NOEMBED', 'NOFRAMES', 'PLAINTEXT']);
const DEEPEST = 60;
const MOST = 50_000;

/**
 * @param {string} html
 * @param {function(string): (HTMLElement|null)} [picture] what stands for a picture of the letter's own, by its content id.
 * @returns {DocumentFragment}
 */
export function simplified(html, picture = () => null) {
  const fragment = document.createDocumentFragment();
  copy(parsed(html).body, fragment, {left: MOST, picture, isKept: false}, 0);
  return fragment;
}

function copy(from, to, budget, depth) {
  for (const node of from.childNodes) {
    if ((budget.left -= 1) < 0) return;
    if (node.nodeType === Node.TEXT_NODE) to.append(budget.isKept ? node.data : node.data.replace(/[ \t\r\n]+/g, ' '));
    else if (node.nodeType === Node.ELEMENT_NODE) element(node, to, budget, depth);
  }
}

function element(node, to, budget, depth) {
  const name = node.nodeName.toUpperCase();
  // What stands inside a foreign namespace (svg, math) is none of ours, whatever it is called.
  if (DROPPED.has(name) || node.namespaceURI !== 'http://www.w3.org/1999/xhtml') return;
  if (depth >= DEEPEST) return void to.append(node.textContent);
  if (name === 'IMG') return void to.append(budget.picture(contentId(node)) ?? node.getAttribute('alt') ?? '');
  const made = name === 'A' ? anchor(node) : KEPT[name] ? el(KEPT[name]) : BLOCKS.has(name) ? el('div') : null;
  const isKept = budget.isKept;
  budget.isKept ||= name === 'PRE';
  copy(node, made ?? to, budget, depth + 1);
  budget.isKept = isKept;
  if (made) to.append(made);
  else if (name === 'TD' || name === 'TH') to.append(' ');
}

function anchor(node) {
  const href = safeAddress(node.getAttribute('href') ?? '');
  return href === null ? null : link(href);
}

const contentId = (node) => /^cid:(.+)$/i.exec(node.getAttribute('src') ?? '')?.[1] ?? '';
