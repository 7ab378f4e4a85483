import {el, icon, iconButton} from './dom.js';

/**
 * A button that opens a menu: arrows walk, Enter chooses, Escape and a click elsewhere close.
 * @param {string} label what the button is called.
 * @param {function(): Array<{label: string, icon?: string, run: function()}|null>} entries asked for when it opens; null draws a line.
 * @param {Object} [attributes] of the button.
 */
export function menuButton(label, entries, attributes = {}) {
  // The press that closes a menu is one on its button too, sometimes.
  let wasOpen = false;
  const isOpen = () => button.getAttribute('aria-expanded') === 'true';
  const button = iconButton('more', label, () => {
    if (!wasOpen) open(button, label, entries());
    wasOpen = false;
  }, {'aria-haspopup': 'menu', 'aria-expanded': 'false', onpointerdown: () => { wasOpen = isOpen(); }, ...attributes});
  return el('span.menu-place', {}, button);
}

/** The menu lies in the page, not beside its button: what the button stands in may be drawn anew meanwhile. */
function open(button, label, entries) {
  const menu = el('div.menu', {popover: 'auto', role: 'menu', 'aria-label': label}, entries.map((entry) => item(entry, () => menu.hidePopover())));
  menu.addEventListener('toggle', ({newState}) => {
    button.setAttribute('aria-expanded', String(newState === 'open'));
    if (newState === 'open') return;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) again(button)?.focus();
    menu.remove();
  });
  menu.addEventListener('keydown', (event) => walk(menu, event));
  (button.closest('main') ?? document.body).append(menu);
  menu.showPopover();
  button.setAttribute('aria-expanded', 'true');
  place(menu, button);
  menu.querySelector('[role=menuitem]')?.focus();
}

/** The button, or the one that was drawn in its place. */
function again(button) {
  const {key} = button.dataset;
  return button.isConnected || !key ? button : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function item(entry, close) {
  if (entry === null) return el('hr', {role: 'separator'});
  const run = () => {
    close();
    entry.run();
  };
  return el('button', {type: 'button', role: 'menuitem', tabindex: '-1', onclick: run}, entry.icon && icon(entry.icon), entry.label);
}

function place(menu, button) {
  const {left, right, bottom, top} = button.getBoundingClientRect();
  const {offsetWidth: width, offsetHeight: height} = menu;
  const x = document.documentElement.dir === 'rtl' ? left : right - width;
  menu.style.setProperty('left', `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`);
  menu.style.setProperty('top', `${bottom + height + 8 > innerHeight ? Math.max(8, top - height) : bottom}px`);
}

function walk(menu, event) {
  event.stopPropagation();
  const items = [...menu.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1}[event.key];
  if (event.key === 'Tab') menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}
