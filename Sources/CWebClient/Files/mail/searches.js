import {askFor} from '../core/dialog.js';
import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {remember, remembered} from '../core/stored.js';

/** Searches that somebody keeps by a name. JMAP has no place for them, so this browser has them until somebody signs out. */

const NAME = 'searches';
const MOST = 50;

/** @returns {Array<{name: string, text: string}>} by their names. */
export const keptSearches = () => remembered(NAME, []);

/** Whether a search is among them. */
export const isKept = (text) => keptSearches().some((search) => search.text === text);

/** Asks what a search is to be called, and keeps it. @returns {Promise<boolean>} whether it is kept. */
export async function keepSearch(text) {
  const input = el('input', {name: 'name', value: text, required: true, maxlength: '100', autofocus: true, autocomplete: 'off'});
  const name = await askFor({
    title: t('mail.keepSearch'), body: [el('p', {}, t('mail.keepSearchMeans')), el('label', {}, t('mail.searchName'), input)],
    actions: [{label: t('mail.keepSearch'), kind: 'primary', value: () => input.value.trim() || false}, {label: t('core.cancel'), value: null}],
  }, () => queueMicrotask(() => input.select()));
  if (name === null) return false;
  const others = keptSearches().filter((search) => search.text !== text && search.name !== name);
  remember(NAME, [...others, {name, text}].sort((one, other) => one.name.localeCompare(other.name)).slice(0, MOST));
  return true;
}

/** @param {string} text */
export function dropSearch(text) { remember(NAME, keptSearches().filter((search) => search.text !== text)); }
