import {t} from '../core/i18n.js';
import {remember, remembered} from '../core/stored.js';

/** What a swipe can do to a conversation: what it is called, and how it is done. */
const CHOICES = {
  archive: {word: 'mail.archive', run: (triage, ids, view) => (view.role === 'trash' ? triage.restore(ids) : triage.archive(ids))},
  read: {word: 'mail.readOrUnread', run: (triage, ids) => triage.read(null, ids)},
  trash: {word: 'mail.trash', run: (triage, ids) => triage.trash(ids)},
  star: {word: 'mail.star', run: (triage, ids) => triage.star(ids)},
  junk: {word: 'mail.junk', run: (triage, ids) => triage.junk(ids)},
  move: {word: 'mail.move', run: (triage, ids) => triage.moveTo(ids)},
  none: {word: 'mail.swipeNothing', run: () => null},
};
const USUAL = {start: 'archive', end: 'read'};

/** The sides to which one can swipe: `start` is where lines begin. */
export const SIDES = Object.keys(USUAL);

/** What a swipe to a side does, as this browser remembers it. @param {'start'|'end'} side @returns {string} */
export function swipeChoice(side) {
  const chosen = remembered('swipes', USUAL)[side];
  return Object.hasOwn(CHOICES, chosen) ? chosen : USUAL[side];
}

/** @param {'start'|'end'} side @param {string} choice */
export const chooseSwipe = (side, choice) => remember('swipes', {...remembered('swipes', USUAL), [side]: choice});

/** All that can be chosen, as `[name, words]`. */
export const swipeChoices = () => Object.entries(CHOICES).map(([name, {word}]) => [name, t(word)]);

/** Does what a swipe to a side is for. */
export const swiped = (side, triage, ids, view) => CHOICES[swipeChoice(side)].run(triage, ids, view);
