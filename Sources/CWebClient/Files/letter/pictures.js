import {sameAddress} from './names.js';

/**
 * Whose remote pictures are shown without asking. JMAP has no place for a reader's settings, so this browser keeps them;
 * signing out forgets them with everything else that lies here.
 */

const KEY = 'restante.pictures';
const MOST = 500;

function all() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

/** @param {{email: string}|undefined} sender */
export const isTrusted = (sender) => sender !== undefined && all().includes(sameAddress(sender.email));

/** From now on. */
export function trust(sender) {
  const kept = all().filter((address) => address !== sameAddress(sender.email));
  localStorage.setItem(KEY, JSON.stringify([...kept, sameAddress(sender.email)].slice(-MOST)));
}

/** No longer. */
export function distrust(sender) {
  localStorage.setItem(KEY, JSON.stringify(all().filter((address) => address !== sameAddress(sender.email))));
}
