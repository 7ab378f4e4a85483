import {ROOT} from '../core/dom.js';

/**
 * Lets the service worker keep the client's files. The one script address that Trusted Types let through.
 * @returns {Promise<boolean>} whether this browser does so: not for a page that came in the clear from another machine.
 */
export async function installWorker() {
  if (!navigator.serviceWorker || !window.isSecureContext) return false;
  const address = `${ROOT}/sw.js`;
  const policy = window.trustedTypes?.createPolicy('app-sw', {
    createScriptURL(url) {
      if (url !== address) throw new TypeError('Only the service worker is a script of this policy.');
      return url;
    },
  });
  try {
    await navigator.serviceWorker.register(policy ? policy.createScriptURL(address) : address, {scope: `${ROOT}/`});
    return true;
  } catch {
    // A certificate that the browser does not believe, or a private window: the page works all the same.
    return false;
  }
}
