/**
 * Elements are made here and nowhere else: every text becomes a text node, so that nothing a sender wrote is ever read
 * as markup. Trusted Types refuse the other ways (innerHTML and its like).
 */

import {ICONS} from './icons.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element: `el('button.primary', {type: 'button', onclick: send}, t('core.send'))`.
 *
 * @param {string} description a tag name, with classes after dots.
 * @param {Object<string, *>} [attributes] `on…` functions become listeners; `true` an empty attribute; null, undefined
 *   and false leave it out; `dataset` and `style` (of custom properties) are objects; other names are attributes, but for
 *   `value`, `checked`, `selected`, `indeterminate` and `disabled`, which are properties.
 * @param {...(Node|string|number|null|false|Array)} children
 * @returns {HTMLElement}
 */
export function el(description, attributes, ...children) {
  const [tag, ...classes] = description.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  set(element, attributes);
  append(element, children);
  return element;
}

/** Sets attributes, properties and listeners as `el` does. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'style') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
}

const PROPERTIES = new Set(['value', 'checked', 'selected', 'indeterminate', 'disabled']);

/** Appends nodes and texts; lists are flattened, null and false are nothing. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Takes everything out of `element` and puts `children` in. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/**
 * One of our own pictures (core/icons.js), for eyes only: what it means stands beside it or in a label. It is drawn in its
 * place: a symbol of another file would be asked for anew by every element that shows it.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Where this version of the client's files lie: `/web/<hash>`. */
export const BASE = new URL('..', import.meta.url).pathname.replace(/\/$/, '');

/** What stands before every path of the server; empty but behind a proxy that adds something. */
export const ROOT = BASE.replace(/\/web\/[^/]*$/, '');

/** A button with a picture and a text that is read out, and shown as a tip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el('button.icon-button', {type: 'button', 'aria-label': label, title: label, onclick, ...attributes}, icon(name));
}
