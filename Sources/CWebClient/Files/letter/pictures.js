import {remember, remembered} from '../core/stored.js';
import {sameAddress} from './names.js';

/**
 * Whose remote pictures are shown without asking. JMAP has no place for a reader's settings, so this browser keeps them;
 * signing out forgets them with everything else that lies here.
 */

const NAME = 'pictures';
const MOST = 500;

const all = () => remembered(NAME, []);

/** @param {{email: string}|undefined} sender */
export const isTrusted = (sender) => sender !== undefined && all().includes(sameAddress(sender.email));

/** From now on. */
export function trust(sender) {
  const kept = all().filter((address) => address !== sameAddress(sender.email));
  remember(NAME, [...kept, sameAddress(sender.email)].slice(-MOST));
}

/** No longer. */
export function distrust(sender) {
  remember(NAME, all().filter((address) => address !== sameAddress(sender.email)));
}
