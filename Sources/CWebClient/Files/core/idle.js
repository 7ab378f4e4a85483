/** Resolves when nobody waits for anything else, or after a while. */
export function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, {timeout: 2000}) : setTimeout(resolve, 100)));
}
