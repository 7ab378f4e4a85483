/**
 * Small things that this browser remembers by name: how somebody likes the page. What a browser keeps nothing of is as it
 * was meant for everybody.
 */

const PREFIX = 'restante.';
/** What says something about whoever was signed in, or about their mail: signing out forgets it. */
const PERSONAL = ['pictures', 'closedFolders', 'labels', 'searches', 'push'];

/** @param {string} name @param {*} fallback what it is where nothing is remembered, or nothing of any use. */
export function remembered(name, fallback) {
  try { return JSON.parse(localStorage.getItem(PREFIX + name)) ?? fallback; } catch { return fallback; }
}

/** @param {string} name @param {*} value */
export function remember(name, value) {
  try { localStorage.setItem(PREFIX + name, JSON.stringify(value)); } catch { /* A full or closed store: until the page is left. */ }
}

/** Somebody signs out. */
export function forgetPerson() {
  for (const name of PERSONAL) {
    try { localStorage.removeItem(PREFIX + name); } catch { return; }
  }
}
