import {el, icon} from '../core/dom.js';

let count = 0;

/**
 * A button that opens a menu: arrows walk, Enter chooses, Escape closes.
 * @param {string} label what the button is called.
 * @param {function(): Array<{label: string, icon?: string, run: function()}|null>} entries asked for when it opens; null draws a line.
 */
export function menuButton(label, entries) {
  const id = `menu-${count += 1}`;
  const menu = el('div.menu', {id, role: 'menu', 'aria-label': label, popover: 'auto'});
  const button = el('button.icon-button', {
    type: 'button', 'aria-label': label, title: label, 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id, popovertarget: id,
  }, icon('more'));
  menu.addEventListener('beforetoggle', ({newState}) => { if (newState === 'open') menu.replaceChildren(...entries().map((entry) => item(menu, entry))); });
  menu.addEventListener('toggle', ({newState}) => {
    const isOpen = newState === 'open';
    button.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) return;
    place(menu, button);
    menu.querySelector('[role=menuitem]')?.focus();
  });
  menu.addEventListener('keydown', (event) => walk(menu, event));
  return el('span.menu-place', {}, button, menu);
}

function item(menu, entry) {
  if (entry === null) return el('hr', {role: 'separator'});
  const run = () => {
    menu.hidePopover();
    entry.run();
  };
  return el('button', {type: 'button', role: 'menuitem', tabindex: '-1', onclick: run}, entry.icon ? icon(entry.icon) : el('span.icon'), entry.label);
}

function place(menu, button) {
  const {left, right, bottom, top} = button.getBoundingClientRect();
  const {offsetWidth: width, offsetHeight: height} = menu;
  const isRight = document.documentElement.dir !== 'rtl';
  const x = isRight ? right - width : left;
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
