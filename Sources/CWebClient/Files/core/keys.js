/**
 * The keyboard. Each page brings its own keys; the newest page that knows a key gets it. Keys of one character can be
 * switched off (WCAG 2.1.4), for people whose input says them by accident.
 */

import {remember, remembered} from './stored.js';

const NAME = 'keys';
/** So long, in milliseconds, the second of two keys may be waited for. */
const PATIENCE = 5000;
const maps = [];
let prefix = '';
let prefixAt = 0;

/** Whether keys of a single character are listened to. */
export const areKeysOn = () => remembered(NAME, true);
export const switchKeys = (on) => remember(NAME, on);

/**
 * Listens for keys until the returned function is called.
 * @param {Array<{keys: string[], label: string, run: function(KeyboardEvent): (boolean|void)}>} map `keys` as `j`,
 *   `Shift+I`, `Ctrl+Enter`, `g i`; `run` that returns false leaves the key to others.
 */
export function listen(map) {
  maps.push(map);
  return () => { if (maps.includes(map)) maps.splice(maps.indexOf(map), 1); };
}

/** All that work now, for the help: the newest page's first. */
export const active = () => [...maps].reverse().flat();

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = spelling(event);
  if (key === null) return;
  if (event.timeStamp - prefixAt > PATIENCE) prefix = '';
  const isPlain = !/^(Ctrl|Alt|Meta)\+/.test(key) && (key.length === 1 || /^Shift\+.$/.test(key) || prefix !== '');
  if (isPlain && (!areKeysOn() || isTyping(event.target) || isInDialog(event.target))) return;
  // What is written is undone and selected by the field it stands in.
  if (EDITING.test(key) && isTyping(event.target)) return;
  const whole = prefix + key;
  prefix = '';
  for (const {keys, run} of active()) {
    if (keys.includes(whole) && run(event) !== false) {
      event.preventDefault();
      return;
    }
  }
  if (active().some(({keys}) => keys.some((other) => other.startsWith(`${whole} `)))) {
    prefix = `${whole} `;
    prefixAt = event.timeStamp;
  }
});

function spelling(event) {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return null;
  const name = event.key === ' ' ? 'Space' : event.key;
  const modifiers = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.metaKey && 'Meta'].filter(Boolean);
  // A letter says itself whether Shift was down; signs differ by keyboard.
  if (event.shiftKey && (name.length > 1 || /[A-Z]/.test(name))) modifiers.push('Shift');
  return [...modifiers, name].join('+');
}

const EDITING = /^(Ctrl|Meta)\+(Shift\+)?[acvxyz]$/i;

/** A question is answered before anything else is done. */
function isInDialog(target) {
  return target.closest?.('dialog:modal') != null;
}

function isTyping(target) {
  return target.closest?.('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]') != null;
}
