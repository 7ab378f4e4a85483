import {el, fill, icon, iconButton} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {filterOf, without} from '../search/query.js';
import {dropSearch, isKept, keepSearch} from './searches.js';
import {View} from './view.js';

/** The search box, and under it what is being looked for: a chip for each part, which takes it away. */
export class SearchBox {
  #app;
  #page;
  #input = el('input', {type: 'search', name: 'search', 'aria-label': t('mail.search'), placeholder: t('mail.search'), autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search'});
  #chips = el('ul.chips', {'aria-label': t('mail.searchParts'), hidden: true});
  #keep = iconButton('star', t('mail.keepSearch'), () => this.#toggleKept(), {hidden: true, 'aria-pressed': 'false'});
  #hint = el('p.search-hint', {role: 'status', hidden: true});
  element;

  /** @param {import('./mail.js').MailPage} page */
  constructor(app, page) {
    this.#app = app;
    this.#page = page;
    const form = el('form.search', {role: 'search', onsubmit: (event) => { event.preventDefault(); this.#search(this.#input.value); }},
      icon('search'), this.#input, this.#keep, iconButton('more', t('mail.searchHelp'), () => page.help()));
    this.element = el('div.search-box', {}, form, this.#chips, this.#hint);
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        if (this.#input.value) this.#input.value = ''; else page.focusList();
        if (page.view.isSearch && !this.#input.value) this.#search('');
      } else if (event.key === 'ArrowDown') {
        event.preventDefault();
        page.focusList();
      }
    });
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  /** Keeps the search by a name, or drops it. */
  async #toggleKept() {
    const {text} = this.#page.view;
    if (isKept(text)) dropSearch(text); else await keepSearch(text);
    this.draw();
    this.#page.drawTree();
  }

  #search(text) {
    const words = text.trim();
    if (words) this.#app.router.go(['mail', 'search'], {query: {q: words}});
    else if (this.#page.view.isSearch) this.#page.leaveSearch();
    this.#page.focusList();
  }

  /** Shows what the page's view looks for. */
  draw() {
    const {view} = this.#page;
    const tokens = view.isSearch ? view.tokens : [];
    if (document.activeElement !== this.#input || view.isSearch) this.#input.value = view.isSearch ? view.text : '';
    this.#keep.hidden = tokens.length === 0;
    this.#keep.setAttribute('aria-pressed', String(isKept(view.text)));
    const {wrong} = filterOf(tokens, view.context);
    this.#chips.hidden = tokens.length === 0;
    fill(this.#chips, tokens.map((token) => el('li', {},
      el(wrong.includes(token) ? 'button.chip.is-wrong' : 'button.chip', {
        type: 'button', title: t('mail.searchWithout', {part: words(token)}), 'aria-label': t('mail.searchWithout', {part: words(token)}),
        onclick: () => this.#search(without(tokens, token)),
      }, el('span', {}, words(token)), icon('close')))));
    this.#hint.hidden = wrong.length === 0;
    fill(this.#hint, wrong.length > 0 && t('mail.searchWrong', {parts: wrong.map(({text}) => text).join(', ')}));
  }
}

/** A token in the reader's language. */
function words({operator, value, isNegated, isQuoted}) {
  const what = isQuoted ? `“${value}”` : value;
  const text = operator === null ? what : t(`mail.operator.${operator}`, {value: what});
  return isNegated ? t('mail.operator.not', {part: text}) : text;
}

/** Where leaving a search leads: the Inbox. */
export const home = (app) => View.at(app, [], new URLSearchParams());
