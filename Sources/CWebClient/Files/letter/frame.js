import {el} from '../core/dom.js';

/**
 * Where a sender's HTML is shown: a frame that runs nothing, loads nothing from elsewhere and sends nothing.
 *
 * This is the only module that hands the browser text to read as markup, so it makes the only Trusted Types policy for it
 * (`mail-body`). The policy lets every text through, and that is safe for where the text goes and not for what it is:
 *
 * - `Frame` puts it in `srcdoc` of a frame whose sandbox has no `allow-scripts`: no script, handler or `javascript:`
 *   address runs there, no form is sent, nothing navigates this page. The first thing in it is a policy of its own that
 *   allows inline style, `data:` pictures and those of this server, and nothing else; this page's policy holds there too.
 *   `allow-same-origin` is what lets this page measure the letter, hear its keys and catch its links; without scripts
 *   inside nobody can use it the other way round.
 * - `parsed` reads it with DOMParser into a document that belongs to no window: it runs and loads nothing. What is taken
 *   over from there is made anew, element by element, by `simple.js`.
 *
 * The server has gone through the HTML before (EmailView/get); each of the two guards holds alone.
 */
const policy = globalThis.trustedTypes?.createPolicy('mail-body', {createHTML: (html) => html}) ?? {createHTML: (html) => html};

const GUARD = "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";
const HIGHEST = 60_000;
const MOST_CHANGES = 200;

// Letters are written for white paper: colours that a sender set would not be readable on another.
const PAPER = `:root{color-scheme:light;background:#fff;color:#1b1f27;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
html,body{height:auto!important;min-height:0!important;margin:0}body{padding:12px}html{overflow-x:auto;overflow-y:hidden}
img{max-width:100%}blockquote{margin:0 0 0 4px;padding-inline-start:12px;border-inline-start:3px solid #ccd0d8}
details>summary{cursor:pointer;width:max-content;padding:2px 12px;border-radius:9px;background:#e8eaef}pre,.m--text{white-space:pre-wrap}`;

/** Reads HTML into a document without a window. Nothing in it lives; see `simple.js` for what may be taken from it. */
export const parsed = (html) => new DOMParser().parseFromString(policy.createHTML(html), 'text/html');

/** A letter's HTML, as high as it is. */
export class Frame {
  #observer = null;
  #changes = 0;
  #height = 0;
  #actions;
  element;

  /**
   * @param {string} html the body, as EmailView/get gave it.
   * @param {Object} options
   * @param {string} options.title is read out.
   * @param {boolean} options.isReply in a reply what it quotes is folded under the word `quoted`.
   * @param {string} options.quoted
   * @param {function(string)} options.onmailto gets the addresses that are clicked.
   * @param {function(string, string): Promise<string|null>} options.picture the `data:` address of a blob that is kept here, by id and type.
   */
  constructor(html, options) {
    this.#actions = options;
    this.element = el('iframe.letter-frame', {
      title: options.title, sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox', referrerpolicy: 'no-referrer',
      onload: () => this.#loaded(),
    });
    this.element.srcdoc = policy.createHTML(`<!doctype html><meta http-equiv="Content-Security-Policy" content="${GUARD}">`
      + `<meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>${PAPER}</style>${html}`);
  }

  #loaded() {
    const page = this.element.contentDocument;
    if (!page?.body) return;
    page.documentElement.lang ||= '';
    for (const a of page.querySelectorAll('a[href]:not([href^="#"]), area[href]')) {
      a.target = '_blank';
      a.rel = 'noopener noreferrer';
    }
    this.#fold(page);
    this.#fillIn(page);
    page.addEventListener('keydown', (event) => this.#forward(event));
    page.addEventListener('click', (event) => this.#clicked(event));
    this.#observer?.disconnect();
    this.#observer = new ResizeObserver(() => this.#measure(page));
    this.#observer.observe(page.documentElement);
    this.#observer.observe(page.body);
    this.#measure(page);
  }

  /** Pictures of the letter's own that can't be loaded, for want of a connection, are put in from what the browser keeps. */
  #fillIn(page) {
    for (const picture of page.querySelectorAll('img[src]')) {
      const fillIn = async () => {
        const {pathname, searchParams} = new URL(picture.src);
        const [, blobId] = /\/jmap\/download\/[^/]+\/([^/]+)\//.exec(pathname) ?? [];
        const url = blobId && await this.#actions.picture(decodeURIComponent(blobId), searchParams.get('type')).catch(() => null);
        if (url) picture.src = url;
      };
      if (picture.complete && picture.naturalWidth === 0) fillIn(); else picture.addEventListener('error', fillIn, {once: true});
    }
  }

  /** A letter whose height depends on the frame's grows without end: after so many changes it stays as it is. */
  #measure(page) {
    const root = page.documentElement;
    if (!root || this.#changes > MOST_CHANGES) return;
    const bar = root.scrollWidth > root.clientWidth ? 18 : 0;
    const height = Math.min(Math.max(root.offsetHeight, page.body.scrollHeight) + bar, HIGHEST);
    if (height === this.#height) return;
    this.#height = height;
    if (height === HIGHEST) root.style.overflowY = 'auto';
    this.#changes += 1;
    this.element.style.height = `${height}px`;
  }

  /** What a reply quotes is folded, unless the quote is all there is. */
  #fold(page) {
    // The server puts `m-` before every class, and says nothing of the type of a quote.
    const marked = '.m-gmail_quote, .m-yahoo_quoted, .m-protonmail_quote';
    const all = [...page.querySelectorAll(this.#actions.isReply ? `${marked}, blockquote` : marked)];
    const quotes = all.filter((quote) => !all.some((other) => other !== quote && other.contains(quote)));
    const whole = page.body.textContent.trim().length;
    for (const quote of quotes) {
      const length = quote.textContent.trim().length;
      if (length < 200 || length > whole - 10) continue;
      const fold = page.createElement('details');
      const summary = page.createElement('summary');
      summary.textContent = this.#actions.quoted;
      quote.replaceWith(fold);
      fold.append(summary, quote);
    }
  }

  /** The page's keys work inside a letter too. */
  #forward(event) {
    const {key, code, ctrlKey, altKey, metaKey, shiftKey, repeat, isComposing} = event;
    const copy = new KeyboardEvent('keydown', {key, code, ctrlKey, altKey, metaKey, shiftKey, repeat, isComposing, bubbles: true, cancelable: true});
    if (!this.element.dispatchEvent(copy)) event.preventDefault();
  }

  #clicked(event) {
    const href = event.target.closest?.('a[href]')?.getAttribute('href') ?? '';
    // A place within the letter: followed, it would be one of this page.
    const isPlace = href.startsWith('#');
    if (!isPlace && !/^mailto:/i.test(href)) return;
    event.preventDefault();
    if (isPlace) this.element.contentDocument.getElementById(href.slice(1))?.scrollIntoView(); else this.#actions.onmailto(href);
  }

  close() { this.#observer?.disconnect(); }
}
