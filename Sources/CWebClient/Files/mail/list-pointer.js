import {el} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {swipeChoice, swiped} from './swipe-choice.js';
import {swipes} from './swipe.js';

/** The mouse and fingers on the list: open, choose, star, swipe, drag. */
export class ListPointer {
  #page;
  #pane;
  #virtual;

  /**
   * @param {import('./mail.js').MailPage} page
   * @param {import('./list-pane.js').ListPane} pane
   * @param {import('./virtual.js').VirtualList} virtual
   */
  constructor(app, page, pane, virtual) {
    this.#page = page;
    this.#pane = pane;
    this.#virtual = virtual;
    const {element} = virtual;
    element.addEventListener('click', (event) => this.#click(event));
    element.addEventListener('mousedown', (event) => { if (event.shiftKey) event.preventDefault(); });
    element.addEventListener('dragstart', (event) => this.#dragStarted(event));
    element.addEventListener('dragend', () => page.dragEnded());
    element.addEventListener('contextmenu', (event) => { if (event.pointerType === 'touch') event.preventDefault(); });
    swipes(element, {
      isFor: (side) => swipeChoice(side) !== 'none',
      rowAt: (event) => event.target.closest('.row:not(.is-waiting)'),
      onswipe: (row, side) => this.#swiped(row, side),
      onhold: (row) => pane.toggleAt(virtual.indexAt(row)),
    });
  }

  #click(event) {
    const index = this.#virtual.indexAt(event.target);
    if (index < 0) return;
    const {selection, list} = this.#pane;
    if (event.shiftKey) {
      this.#pane.chooseRange(selection.anchor < 0 ? Math.max(this.#virtual.active, 0) : selection.anchor, index);
    } else if (event.target.closest('.row-check') || event.ctrlKey || event.metaKey) {
      this.#pane.toggleAt(index);
    } else if (event.target.closest('.row-star')) {
      this.#page.triage.star([list.at(index)].filter(Boolean));
    } else {
      this.#pane.openAt(index);
    }
  }

  #swiped(row, side) {
    const id = this.#pane.list.at(this.#virtual.indexAt(row));
    if (id === undefined) return;
    const {triage, view} = this.#page;
    swiped(side, triage, [id], view);
  }

  #dragStarted(event) {
    const index = this.#virtual.indexAt(event.target);
    const id = this.#pane.list.at(index);
    if (id === undefined) return event.preventDefault();
    const {selection} = this.#pane;
    const key = this.#page.describe(id)?.key;
    const isChosen = selection.has(key);
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', this.#page.describe(id)?.subject ?? '');
    this.#page.drag(!isChosen ? [id] : selection.isWhole ? null : selection.emailIds);
    showCount(event, isChosen ? selection.count(this.#pane.list.total) : 1);
  }
}

/** What is dragged looks like how much it is. */
function showCount(event, count) {
  const image = document.body.appendChild(el('div.drag-image', {}, t('mail.conversations', {count})));
  event.dataTransfer.setDragImage(image, 0, 0);
  setTimeout(() => image.remove());
}
