import {el} from '../core/dom.js';
import {Row} from './row.js';

/** Browsers stop counting at some height: longer lists are scrolled in proportion. */
const TALLEST = 12_000_000;
/** Rows above and below what is seen. */
const BEYOND = 4;
/** What at least stands above a list, in pixels, until it is known how high the list is. */
const ABOVE = 120;

/**
 * A list of any length of which only the rows that are seen are in the document, in their order. Rows are of one height, and
 * reused: they lie in a window that is pushed to its place as a whole, so that no row has a style of its own.
 *
 * Events: `need`, when it has drawn, its `detail` `{from, to}` what is seen.
 */
export class VirtualList extends EventTarget {
  #window = el('div.rows-window', {role: 'presentation'});
  #sizer = el('div.rows-sizer', {role: 'presentation'}, this.#window);
  /** The rows in the document, and the place of the first. */
  #rows = [];
  #from = 0;
  #spare = [];
  #top = 0;
  #frame = 0;
  #height = 76;
  #describe;
  #total = 0;
  /**
   * How high the list is on the screen, and how far it is scrolled: known from the observer and the event, so that drawing
   * never makes the browser lay out what will change at once. At first no more than the window's height is known, and the
   * first picture has no rows beyond it.
   */
  #seen = innerHeight - ABOVE;
  #beyond = 0;
  #scrolled = 0;
  /** The place that the keyboard is at, or -1. */
  active = -1;

  /** @param {{label: string, describe: function(number): {row: Object|null, state: Object}}} options what stands at a place. */
  constructor({label, describe}) {
    super();
    this.#describe = describe;
    this.element = el('div.rows', {role: 'listbox', tabindex: '0', 'aria-label': label, 'aria-multiselectable': 'true'}, this.#sizer);
    this.element.addEventListener('scroll', () => { this.#scrolled = this.element.scrollTop; this.draw(); }, {passive: true});
    this.observer = new ResizeObserver(() => this.#measure());
    this.observer.observe(this.element);
  }

  /** How many rows there are; null: not known yet. */
  set total(total) {
    this.#total = total ?? 0;
    this.#sizer.style.setProperty('block-size', `${this.#tall}px`);
    this.draw();
  }

  get #tall() { return Math.min(this.#total * this.#height, TALLEST); }
  /** How many pixels of rows one pixel of scrolling is. */
  get #ratio() {
    const room = this.#tall - this.#seen;
    return this.#total * this.#height <= TALLEST || room <= 0 ? 1 : (this.#total * this.#height - this.#seen) / room;
  }

  /** The first place that is seen, and how many are. */
  get window() {
    const first = Math.floor(this.#scrolled * this.#ratio / this.#height);
    return {first: Math.max(first, 0), count: Math.ceil(this.#seen / this.#height) + 1};
  }

  get isAtTop() { return this.#scrolled < this.#height / 2; }

  /** Moves what is seen by so many rows. */
  shift(rows) { if (rows) this.#scrollTo(this.#scrolled + rows * this.#height / this.#ratio); }

  toTop() { this.#scrollTo(0); }

  #scrollTo(top) {
    if (top === this.#scrolled) return;
    this.element.scrollTop = top;
    this.#scrolled = this.element.scrollTop;
  }

  /** Brings a place into sight. */
  reveal(index) {
    const top = index * this.#height / this.#ratio;
    if (top < this.#scrolled) this.#scrollTo(top);
    else if (top + this.#height > this.#scrolled + this.#seen) this.#scrollTo(top + this.#height - this.#seen);
  }

  /** The place of the row that an event happened in, or -1. */
  indexAt(target) {
    const element = target.closest?.('.row');
    for (const row of this.#rows) if (row.element === element) return row.index;
    return -1;
  }

  /** Draws before the next picture, once. */
  draw() { this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); }); }

  #measure() {
    this.#seen = this.element.clientHeight;
    this.#beyond = BEYOND;
    this.#scrolled = this.element.scrollTop;
    const height = parseFloat(getComputedStyle(this.element).getPropertyValue('--row')) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (height && height !== this.#height) {
      const {first} = this.window;
      this.#height = height;
      this.total = this.#total;
      this.#scrollTo(first * height / this.#ratio);
    }
    this.draw();
  }

  #draw() {
    // A list that became shorter is scrolled by the browser, after this.
    this.#scrolled = Math.max(0, Math.min(this.#scrolled, this.#tall - this.#seen));
    const {first, count} = this.window;
    const from = Math.max(first - this.#beyond, 0);
    const to = Math.min(first + count + this.#beyond, this.#total);
    this.#turn(from, to - from);
    this.#rows.forEach((row, offset) => {
      const index = from + offset;
      const {row: content, state} = this.#describe(index);
      row.show(content, {...state, index, total: this.#total, isActive: index === this.active});
    });
    const top = this.#ratio === 1 ? from * this.#height : this.#scrolled + from * this.#height - this.#scrolled * this.#ratio;
    if (top !== this.#top) this.#window.style.setProperty('transform', `translateY(${top}px)`);
    this.#top = top;
    const active = this.#rows[this.active - from];
    if (active) this.element.setAttribute('aria-activedescendant', active.element.id); else this.element.removeAttribute('aria-activedescendant');
    this.dispatchEvent(new CustomEvent('need', {detail: {from, to}}));
  }

  /** Has `count` rows begin at a place: those that stay seen stay as they are, the others go to the other end. */
  #turn(from, count) {
    const by = from - this.#from;
    this.#from = from;
    if (by > 0 && by < this.#rows.length) {
      const left = this.#rows.splice(0, by);
      this.#rows.push(...left);
      this.#window.append(...left.map(({element}) => element));
    } else if (by < 0 && -by < this.#rows.length) {
      const left = this.#rows.splice(by);
      this.#rows.unshift(...left);
      this.#window.prepend(...left.map(({element}) => element));
    }
    while (this.#rows.length > count) {
      const row = this.#rows.pop();
      row.element.remove();
      this.#spare.push(row);
    }
    while (this.#rows.length < count) {
      const row = this.#spare.pop() ?? new Row();
      this.#rows.push(row);
      this.#window.append(row.element);
    }
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }
}
