import {el, fill, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {called, sameAddress, shown} from '../letter/names.js';
import {isAddress, parseAddresses, spelled} from './addresses.js';
import {People} from './people.js';

let count = 0;

/** A field for addresses: each becomes a chip; while one types, those are offered who may be meant. */
export class Recipients {
  #app;
  #onchange;
  #addresses = [];
  #offers = [];
  #at = -1;
  #turn = 0;
  #input;
  #chips = el('span.recipient-chips', {role: 'list'});
  #options;
  element;

  /** @param {{label: string, onchange: function()}} options */
  constructor(app, {label, onchange}) {
    this.#app = app;
    this.#onchange = onchange;
    const id = `people-${count += 1}`;
    this.#chips.setAttribute('aria-label', label);
    this.#options = el('div.people', {id, role: 'listbox', 'aria-label': t('compose.suggestions'), hidden: true});
    this.#input = el('input', {
      type: 'text', role: 'combobox', 'aria-label': label, 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id,
      autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', inputmode: 'email',
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#pasted(event),
      onblur: () => setTimeout(() => { if (document.activeElement !== this.#input) this.commit(); }, 150),
    });
    this.element = el('div.recipients', {onclick: (event) => { if (event.target === this.element) this.#input.focus(); }},
      el('span.field-name', {'aria-hidden': 'true'}, label), this.#chips, this.#input, this.#options);
    this.#draw();
  }

  get value() { return this.#addresses.map(({name, email}) => ({name, email})); }
  set value(addresses) {
    this.#addresses = [];
    this.#add(addresses ?? []);
  }

  get isEmpty() { return this.#addresses.length === 0 && this.#input.value.trim() === ''; }
  /** Those that no mail can go to. */
  get invalid() { return this.#addresses.filter(({email, isRefused}) => isRefused || !isAddress(email)); }

  focus() { this.#input.focus(); }

  /** Marks those that a server refused. @param {string[]} emails */
  refuse(emails) {
    const refused = new Set(emails.map(sameAddress));
    for (const address of this.#addresses) address.isRefused = refused.has(sameAddress(address.email));
    this.#draw();
  }

  /** What was typed and not finished becomes an address. */
  commit() {
    const text = this.#input.value;
    this.#close();
    if (text.trim() === '') return;
    this.#input.value = '';
    this.#add(parseAddresses(text));
    this.#onchange();
  }

  #add(addresses) {
    const there = new Set(this.#addresses.map(({email}) => sameAddress(email)));
    for (const {name, email} of addresses) {
      if (there.has(sameAddress(email))) continue;
      there.add(sameAddress(email));
      this.#addresses.push({name: name ?? null, email});
    }
    this.#draw();
  }

  #draw() {
    this.#chips.hidden = this.#addresses.length === 0;
    fill(this.#chips, ...this.#addresses.map((address) => {
      const isWrong = address.isRefused || !isAddress(address.email);
      const name = called(address);
      return el(isWrong ? 'span.recipient.is-wrong' : 'span.recipient', {role: 'listitem', title: isWrong ? t('compose.wrongAddress', {address: shown(address.email)}) : shown(address.email)},
        isWrong && icon('warning'), isWrong && el('span.visually-hidden', {}, `${t('compose.notAnAddress')} `), el('bdi', {}, name),
        el('button', {type: 'button', 'aria-label': t('compose.removeRecipient', {name}), onclick: () => this.#remove(address)}, icon('close')));
    }));
  }

  #remove(address) {
    this.#addresses = this.#addresses.filter((other) => other !== address);
    this.#draw();
    this.#onchange();
    this.#input.focus();
  }

  async #typed() {
    if (/[,;]\s*$/.test(this.#input.value) && this.#input.value.includes('@')) return this.commit();
    const turn = this.#turn += 1;
    const text = this.#input.value.trim();
    if (text === '') return this.#close();
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (turn !== this.#turn) return;
    const found = await People.of(this.#app).find(text);
    if (turn === this.#turn) this.#offer(found.filter(({email}) => !this.#addresses.some((other) => sameAddress(other.email) === sameAddress(email))));
  }

  #offer(people) {
    this.#offers = people;
    this.#at = -1;
    this.#options.hidden = people.length === 0;
    this.#input.setAttribute('aria-expanded', String(people.length > 0));
    this.#input.removeAttribute('aria-activedescendant');
    fill(this.#options, ...people.map((person, index) => el('div', {
      role: 'option', id: `${this.#options.id}-${index}`, 'aria-selected': 'false',
      onpointerdown: (event) => { event.preventDefault(); this.#take(index); },
    }, el('bdi', {}, shown(person.name) || shown(person.email)), person.name && el('span.address', {dir: 'ltr'}, shown(person.email)))));
  }

  #take(index) {
    this.#add([this.#offers[index]]);
    this.#input.value = '';
    this.#close();
    this.#onchange();
    this.#input.focus();
  }

  #close() {
    this.#turn += 1;
    this.#offer([]);
  }

  #key(event) {
    if (event.isComposing) return;
    const {key} = event;
    const isOpen = this.#offers.length > 0;
    if (isOpen && (key === 'ArrowDown' || key === 'ArrowUp')) this.#walk(key === 'ArrowDown' ? 1 : -1);
    else if (isOpen && key === 'Escape') this.#close();
    else if (isOpen && this.#at >= 0 && (key === 'Enter' || key === 'Tab')) this.#take(this.#at);
    else if (isOpen && key === 'Tab' && !this.#input.value.includes('@') && !event.shiftKey) this.#take(0);
    else if (key === 'Enter' && !event.ctrlKey && !event.metaKey && this.#input.value.trim()) this.commit();
    else if (key === 'Backspace' && this.#input.value === '' && this.#addresses.length) this.#edit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Backspace makes the last chip text again. */
  #edit() {
    const last = this.#addresses.pop();
    this.#draw();
    this.#input.value = spelled(last);
    this.#onchange();
  }

  #walk(step) {
    this.#at = (this.#at + step + this.#offers.length) % this.#offers.length;
    [...this.#options.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === this.#at)));
    this.#input.setAttribute('aria-activedescendant', `${this.#options.id}-${this.#at}`);
  }

  #pasted(event) {
    const text = event.clipboardData.getData('text/plain');
    if (!/[,;\n<]/.test(text)) return;
    event.preventDefault();
    this.#add(parseAddresses(text));
    this.#onchange();
  }
}
