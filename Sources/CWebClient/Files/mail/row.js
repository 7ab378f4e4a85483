import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {spoken} from './thread-row.js';

let count = 0;

/**
 * One row of the list: made once, and filled with another conversation as the list is scrolled. What can be clicked in it
 * is for pointers alone: an option of a listbox has nothing within, and the keyboard has its own ways.
 */
export class Row {
  index = -1;
  #shown = '';
  #parts = {
    people: el('span.row-people'), count: el('span.row-count'), date: el('span.row-date'), labels: el('span.row-labels'), subject: el('span.row-subject'),
    preview: el('span.row-preview'),
  };

  constructor() {
    const {people, count: messages, date, labels, subject, preview} = this.#parts;
    // Its pictures are masks (style/mail.css): symbols from a file would be made anew with each change of style.
    this.element = el('div.row', {id: `row-${++count}`, role: 'option', draggable: 'true'},
      el('span.row-under', {'aria-hidden': 'true'}),
      el('span.row-face', {},
        el('span.row-check', {}, el('span.glyph.is-check')),
        el('span.row-line', {}, people, messages,
          el('span.row-marks', {}, el('span.glyph.is-reply'), el('span.glyph.is-attach')), date),
        el('span.row-line', {}, labels, subject, el('span.row-star', {}, el('span.glyph.is-star'))),
        el('span.row-line', {}, preview)));
  }

  /**
   * @param {Object|null} row what `summary` says; null: it is still on its way.
   * @param {{index: number, total: number, isActive: boolean, isOpen: boolean, isChosen: boolean, snippet?: Object}} state
   */
  show(row, state) {
    this.index = state.index;
    const {element} = this;
    const seen = JSON.stringify([row, state]);
    if (seen === this.#shown) return;
    this.#shown = seen;
    element.setAttribute('aria-posinset', state.index + 1);
    element.setAttribute('aria-setsize', state.total);
    element.setAttribute('aria-selected', state.isChosen);
    element.className = ['row', row === null && 'is-waiting', row?.isUnread && 'is-unread', row?.isFlagged && 'is-flagged',
      row?.isAnswered && 'is-answered', row?.hasAttachment && 'has-attachment',
      state.isActive && 'is-active', state.isOpen && 'is-open', state.isChosen && 'is-chosen'].filter(Boolean).join(' ');
    if (state.isOpen) element.setAttribute('aria-current', 'true'); else element.removeAttribute('aria-current');
    element.setAttribute('aria-label', row === null ? t('mail.loading') : spoken(row));
    const {people, count: messages, date, labels, subject, preview} = this.#parts;
    people.textContent = row?.people ?? '';
    messages.textContent = row?.count > 1 ? row.count : '';
    date.textContent = row?.date ?? '';
    // Most have none: nothing is touched then.
    if (row?.labels.length || labels.firstChild) fill(labels, row?.labels.slice(0, 3).map(({name, colour}) => el(`span.label.${colour}`, {}, name)) ?? []);
    write(subject, state.snippet?.subject, row?.subject);
    write(preview, state.snippet?.preview, row?.preview);
  }
}

function write(element, snippet, text) {
  if (snippet) fill(element, marked(snippet)); else element.textContent = text ?? '';
}

const ENTITIES = {'&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&apos;': "'", '&amp;': '&'};

/** A SearchSnippet's text (RFC 8621 §5): cut at its marks, each piece a text node. */
function marked(text) {
  return text.split(/(<mark>[^<]*<\/mark>)/).map((piece) => {
    const words = piece.replace(/<\/?mark>/g, '').replace(/&(?:lt|gt|quot|apos|amp|#39);/g, (entity) => ENTITIES[entity]);
    return piece.startsWith('<mark>') ? el('mark', {}, words) : words;
  });
}
