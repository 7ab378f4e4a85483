/**
 * The pages, by the first part of the address; loaded when they are first opened. Each module exports
 * `open(app, options)`, which answers with an element; a page within the shell may have `close()` on that element,
 * `title`, and `place(path)`, called when the address changes within it.
 */
export const pages = {
  signin: () => import('./signin.js'),
  setup: () => import('../setup/setup.js'),
  mail: () => import('../mail/mail.js'),
  settings: () => import('../settings/settings.js'),
};
