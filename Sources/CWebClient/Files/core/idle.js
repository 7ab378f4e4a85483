/** Resolves when the next picture has been made; of a page that nobody sees, at once. */
export function pictured() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // A window that is covered gets no pictures.
    setTimeout(resolve, 500);
  });
}

/** Resolves when nobody waits for anything else, or after a while. */
export function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, {timeout: 2000}) : setTimeout(resolve, 100)));
}
