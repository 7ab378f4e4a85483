import {el, fill} from './dom.js';
import {t} from './i18n.js';

const LIFE = 8000;
let region = null;
let timer = 0;
let undo = null;

/**
 * Says something in the corner, once, and reads it out. With `onundo` a button takes it back, as `z` does.
 * @param {string} text
 * @param {{onundo?: function(), isError?: boolean}} [options]
 */
export function notify(text, {onundo = null, isError = false} = {}) {
  region ??= document.body.appendChild(el('div.notices', {role: 'status', 'aria-live': 'polite'}));
  undo = onundo;
  fill(region, el(isError ? 'div.notice.is-error' : 'div.notice', {}, el('span', {}, text),
    onundo && el('button', {type: 'button', onclick: undoLast}, t('core.undo'))));
  clearTimeout(timer);
  timer = setTimeout(hide, LIFE);
}

/** Takes back what the notice that is shown offers to. @returns {boolean} whether there was anything. */
export function undoLast() {
  const action = undo;
  if (!action) return false;
  hide();
  action();
  return true;
}

function hide() {
  undo = null;
  region?.replaceChildren();
}
