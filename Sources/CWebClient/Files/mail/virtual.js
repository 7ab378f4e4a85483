import {el} from '../core/dom.js';
import {Row} from './row.js';

/** Browsers stop counting at some height: longer lists are scrolled in proportion. */
const TALLEST = 12_000_000;
/** Rows above and below what is seen. */
const BEYOND = 4;

/**
 * A list of any length of which only the rows that are seen are in the document. Rows are of one height, and reused.
 *
 * Events: `need`, when it has drawn, its `detail` `{from, to}` what is seen.
 */
export class VirtualList extends EventTarget {
  #sizer = el('div.rows-sizer', {role: 'presentation'});
  #rows = new Map();
  #spare = [];
  #frame = 0;
  #height = 72;
  #describe;
  #total = 0;
  /** The place that the keyboard is at, or -1. */
  active = -1;

  /** @param {{label: string, describe: function(number): {row: Object|null, state: Object}}} options what stands at a place. */
  constructor({label, describe}) {
    super();
    this.#describe = describe;
    this.element = el('div.rows', {role: 'listbox', tabindex: '0', 'aria-label': label, 'aria-multiselectable': 'true'}, this.#sizer);
    this.element.addEventListener('scroll', () => this.draw(), {passive: true});
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
  get #seen() { return this.element.clientHeight; }
  /** How many pixels of rows one pixel of scrolling is. */
  get #ratio() {
    const room = this.#tall - this.#seen;
    return this.#total * this.#height <= TALLEST || room <= 0 ? 1 : (this.#total * this.#height - this.#seen) / room;
  }

  /** The first place that is seen, and how many are. */
  get window() {
    const first = Math.floor(this.element.scrollTop * this.#ratio / this.#height);
    return {first: Math.max(first, 0), count: Math.ceil(this.#seen / this.#height) + 1};
  }

  get isAtTop() { return this.element.scrollTop < this.#height / 2; }

  /** Moves what is seen by so many rows. */
  shift(rows) { if (rows) this.element.scrollTop += rows * this.#height / this.#ratio; }

  toTop() { this.element.scrollTop = 0; }

  /** Brings a place into sight. */
  reveal(index) {
    const top = index * this.#height / this.#ratio;
    const {scrollTop} = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.#height > scrollTop + this.#seen) this.element.scrollTop = top + this.#height - this.#seen;
  }

  /** The place of the row that an event happened in, or -1. */
  indexAt(target) {
    const element = target.closest?.('.row');
    for (const row of this.#rows.values()) if (row.element === element) return row.index;
    return -1;
  }

  /** Draws before the next picture, once. */
  draw() { this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); }); }

  #measure() {
    const height = parseFloat(getComputedStyle(this.element).getPropertyValue('--row')) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (height && height !== this.#height) {
      const {first} = this.window;
      this.#height = height;
      this.total = this.#total;
      this.element.scrollTop = first * height / this.#ratio;
    }
    this.draw();
  }

  #draw() {
    const {first, count} = this.window;
    const from = Math.max(first - BEYOND, 0);
    const to = Math.min(first + count + BEYOND, this.#total);
    const isKept = (index) => (index >= from && index < to) || (index === this.active && index < this.#total);
    for (const [index, row] of this.#rows) {
      if (isKept(index)) continue;
      this.#rows.delete(index);
      this.#spare.push(row);
    }
    for (let index = from; index < to; index += 1) this.#place(index);
    if (this.active >= 0 && this.active < this.#total) this.#place(this.active);
    for (const row of this.#spare) row.element.hidden = true;
    const active = this.#rows.get(this.active);
    if (active) this.element.setAttribute('aria-activedescendant', active.element.id); else this.element.removeAttribute('aria-activedescendant');
    this.dispatchEvent(new CustomEvent('need', {detail: {from, to}}));
  }

  #place(index) {
    let row = this.#rows.get(index);
    if (!row) {
      row = this.#spare.pop() ?? new Row();
      this.#rows.set(index, row);
      if (!row.element.isConnected) this.#sizer.append(row.element);
      row.element.hidden = false;
    }
    const {row: content, state} = this.#describe(index);
    row.show(content, {...state, index, total: this.#total, isActive: index === this.active});
    const {scrollTop} = this.element;
    const top = this.#ratio === 1 ? index * this.#height : scrollTop + index * this.#height - scrollTop * this.#ratio;
    row.element.style.setProperty('transform', `translateY(${top}px)`);
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }
}
