import {BASE, ROOT} from '../core/dom.js';

/** So often, in milliseconds, somebody who comes back to the page has it looked whether there is a newer one. */
const LOOK = 3_600_000;

/** Lets a browser that has the service worker look for a newer version of the client; its worker tells the page. */
export async function lookForVersion() {
  await (await navigator.serviceWorker?.getRegistration())?.update().catch(() => {});
}

/**
 * Calls `found` when the service worker has another version of the client than this page is of.
 * @param {function()} found
 */
export function followVersions(found) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener('message', ({data}) => { if (data?.version && data.version !== BASE) found(); });
  let last = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - last < LOOK) return;
    last = Date.now();
    lookForVersion();
  });
}

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
