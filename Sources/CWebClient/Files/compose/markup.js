/** What was written in the editor, as HTML and as text, made from its elements: only what the editor knows goes out. */

import {el} from '../core/dom.js';
import {linked, safeAddress} from '../letter/links.js';

const TAGS = {B: 'b', STRONG: 'b', I: 'i', EM: 'i', U: 'u', UL: 'ul', OL: 'ol', LI: 'li', BLOCKQUOTE: 'blockquote', P: 'p', DIV: 'div', PRE: 'pre', H3: 'h3', CODE: 'code'};
const BLOCKS = new Set(['P', 'DIV', 'BLOCKQUOTE', 'UL', 'OL', 'LI', 'PRE', 'H3']);
const ESCAPES = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]);

/** @param {Element} root @returns {string} a whole HTML document. */
export function toHTML(root) {
  return `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>${inner(root)}</body></html>`;
}

const inner = (node) => [...node.childNodes].map(html).join('');

function html(node) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replaceAll('\u200b', ''));
  if (node.nodeType !== Node.ELEMENT_NODE) return '';
  const name = node.nodeName;
  if (name === 'BR') return '<br>';
  if (name === 'IMG') return node.dataset.cid ? `<img src="cid:${escaped(node.dataset.cid)}" alt="${escaped(node.alt)}">` : escaped(node.alt);
  if (name === 'A') {
    const href = safeAddress(node.href);
    return href ? `<a href="${escaped(href)}">${inner(node)}</a>` : inner(node);
  }
  const tag = TAGS[name];
  if (!tag) return inner(node);
  const attributes = tag === 'blockquote' ? ' type="cite" style="margin:0 0 0 .5em;padding-left:.8em;border-left:2px solid #bbb"' : '';
  return `<${tag}${attributes}>${inner(node)}</${tag}>`;
}

/** @param {Element} root @returns {string} the same for those who read plain text: quotes with `>`, lists with signs. */
export function toText(root) {
  return lines(root).join('\n').replace(/\u00a0/g, ' ').replace(/\n{3,}/g, '\n\n').replace(/[ \t]+$/gm, (space, at, whole) =>
    whole.slice(at - 2, at) === '--' ? ' ' : '').replace(/^\n+/, '').trimEnd();
}

/** The lines of a block. */
function lines(root) {
  const found = [];
  let current = null;
  const write = (text) => {
    const [first, ...rest] = text.split('\n');
    current = (current ?? '') + first;
    for (const line of rest) {
      found.push(current);
      current = line;
    }
  };
  const end = () => {
    if (current !== null) found.push(current);
    current = null;
  };
  const visit = (node) => {
    const name = node.nodeName;
    if (node.nodeType === Node.TEXT_NODE) write(node.data.replaceAll('\u200b', ''));
    else if (name === 'BR') {
      // The last break of a block only holds it open.
      if (node.nextSibling || !BLOCKS.has(node.parentNode.nodeName)) write('\n'); else current ??= '';
    } else if (name === 'IMG') write(node.alt ? `[${node.alt}]` : '');
    else if (name === 'A' && /^https?:/.test(node.href) && !node.textContent.includes(node.host)) write(`${node.textContent} <${node.href}>`);
    else if (BLOCKS.has(name)) {
      end();
      found.push(...block(node));
    } else node.childNodes.forEach(visit);
  };
  root.childNodes.forEach(visit);
  end();
  return found;
}

function block(node) {
  const own = lines(node);
  switch (node.nodeName) {
    case 'BLOCKQUOTE': return own.map((line) => line.startsWith('>') ? `>${line}` : `> ${line}`);
    case 'LI': {
      const list = node.parentNode;
      const sign = list.nodeName === 'OL' ? `${[...list.children].indexOf(node) + 1}. ` : '- ';
      return own.map((line, index) => index === 0 ? sign + line : `${' '.repeat(sign.length)}${line}`);
    }
    case 'P': case 'H3': return node.nextElementSibling ? [...own, ''] : own;
    default: return own;
  }
}

/** Plain text as elements: a line each, quoted lines in block quotes. @returns {DocumentFragment} */
export function fromText(text) {
  const fragment = document.createDocumentFragment();
  put(fragment, text.replace(/\r\n?/g, '\n').split('\n'), 0);
  return fragment;
}

function put(parent, all, depth) {
  for (let from = 0; from < all.length;) {
    const isQuote = depth < 12 && all[from].startsWith('>');
    let to = from + 1;
    while (isQuote && to < all.length && all[to].startsWith('>')) to += 1;
    if (isQuote) {
      const quote = el('blockquote');
      put(quote, all.slice(from, to).map((line) => line.replace(/^> ?/, '')), depth + 1);
      parent.append(quote);
    } else {
      parent.append(el('div', {}, ...(all[from] === '' ? [el('br')] : linked(all[from]))));
    }
    from = to;
  }
}
