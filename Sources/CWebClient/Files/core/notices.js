import {el, fill} from './dom.js';
import {t} from './i18n.js';

const LIFE = 8000;
/** So many lasting changes can be taken back, the newest first. */
const DEPTH = 50;
let region = null;
let timer = 0;
let undo = null;
const earlier = [];

/** Where notices stand: there before the first, so that those who hear the page hear that one too. */
export const noticeRegion = () => (region ??= el('div.notices', {role: 'status', 'aria-live': 'polite'}));

/**
 * Says something in the corner, once, and reads it out. With `onundo` a button takes it back, as `z` does; what `isLasting`
 * can be taken back by `z` later too, one after the other. `onstop` gives a button that stops what goes on, and the notice
 * stays until the next.
 * @param {string} text
 * @param {{onundo?: function(), onstop?: function(), isError?: boolean, isLasting?: boolean}} [options]
 */
export function notify(text, {onundo = null, onstop = null, isError = false, isLasting = false} = {}) {
  if (!noticeRegion().isConnected) document.body.append(region);
  if (undo?.isLasting) earlier.push(undo);
  if (earlier.length > DEPTH) earlier.shift();
  undo = onundo && {run: onundo, isLasting};
  fill(region, el(isError ? 'div.notice.is-error' : 'div.notice', {}, el('span', {}, text),
    onstop && el('button', {type: 'button', onclick: onstop}, t('core.stop')),
    onundo && el('button', {type: 'button', onclick: undoLast}, t('core.undo'))));
  clearTimeout(timer);
  if (!onstop) timer = setTimeout(hide, LIFE);
}

/** Takes back what the notice that is shown offers to, else what was done last. @returns {boolean} whether there was anything. */
export function undoLast() {
  const action = undo ?? earlier.pop();
  if (!action) return false;
  undo = null;
  clear();
  action.run();
  return true;
}

function hide() {
  // Whoever is at its button is given the time to press it.
  if (region.matches(':hover, :focus-within')) return void (timer = setTimeout(hide, LIFE));
  if (undo?.isLasting) earlier.push(undo);
  undo = null;
  clear();
}

/** The keyboard, where it was at the button, goes on with the page. */
function clear() {
  const hasFocus = region?.contains(document.activeElement);
  region?.replaceChildren();
  if (hasFocus) document.getElementById('main')?.focus();
}
