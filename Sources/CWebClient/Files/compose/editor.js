import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {simplified} from '../letter/simple.js';
import {askAddress} from './questions.js';
import {fromText, toHTML, toText} from './markup.js';

/**
 * Where a letter is written: with bold, italic, lists, quotes and links, or as plain text. Whatever is pasted or dropped is
 * taken apart and made anew first (`simple.js`), so that nothing but these gets in.
 */
export class Editor {
  #actions;
  #rich = el('div.editor', {contenteditable: 'true', role: 'textbox', 'aria-multiline': 'true', dir: 'auto', tabindex: '0'});
  #plain = el('textarea.editor', {hidden: true, dir: 'auto', spellcheck: 'true'});
  #buttons;
  #format;
  #isOwnDrag = false;
  tools;
  element;

  /** @param {{oninput: function(), onfiles: function(File[])}} actions */
  constructor(actions) {
    this.#actions = actions;
    for (const field of [this.#rich, this.#plain]) {
      field.setAttribute('aria-label', t('compose.text'));
      field.addEventListener('input', actions.oninput);
      field.addEventListener('paste', (event) => this.#taken(event, event.clipboardData));
    }
    this.#rich.addEventListener('dragstart', () => { this.#isOwnDrag = true; });
    this.#rich.addEventListener('dragend', () => { this.#isOwnDrag = false; });
    this.#rich.addEventListener('drop', (event) => this.#taken(event, event.dataTransfer));
    this.#rich.addEventListener('keydown', (event) => this.#key(event));
    this.#rich.addEventListener('click', (event) => { if (event.target.closest('a')) event.preventDefault(); });
    const command = (word, sign, run) => el('button.tool', {type: 'button', 'aria-label': t(`compose.${word}`), title: t(`compose.${word}`), onpointerdown: (event) => event.preventDefault(), onclick: run}, sign);
    this.#buttons = [
      command('bold', el('b', {}, 'B'), () => this.#do('bold')), command('italic', el('i', {}, 'I'), () => this.#do('italic')),
      command('bullets', '•', () => this.#do('insertUnorderedList')), command('numbers', '1.', () => this.#do('insertOrderedList')),
      command('quote', '❝', () => this.#do('formatBlock', 'blockquote')), command('unquote', '⇤', () => this.#do('outdent')),
      command('link', el('u', {}, t('compose.linkSign')), () => this.#link()), command('plainFormat', '⌫', () => this.#do('removeFormat')),
    ];
    this.#format = el('button.tool', {type: 'button', 'aria-pressed': 'false', onclick: () => this.#switch()}, t('compose.plainText'));
    this.tools = el('div.editor-tools', {role: 'group', 'aria-label': t('compose.format')}, ...this.#buttons, this.#format);
    this.element = el('div.editor-place', {}, this.#rich, this.#plain);
  }

  get isRich() { return !this.#rich.hidden; }
  /** The text as those read it who read no HTML. */
  get text() { return this.isRich ? toText(this.#rich) : this.#plain.value; }
  /** The HTML, or null where plain text is written. */
  get html() { return this.isRich ? toHTML(this.#rich) : null; }
  /** The content ids of the pictures that stand in the text. */
  get pictures() { return new Set(this.isRich ? [...this.#rich.querySelectorAll('img[data-cid]')].map((img) => img.dataset.cid) : []); }

  /** @param {{fragment?: DocumentFragment, text?: string}} content HTML's, or else plain text. */
  set({fragment, text}) {
    if (fragment) fill(this.#rich, fragment); else this.#plain.value = text;
    this.#show(Boolean(fragment));
  }

  focus({atEnd = false} = {}) {
    if (!this.isRich) {
      this.#plain.focus();
      if (!atEnd) this.#plain.setSelectionRange(0, 0);
      return;
    }
    this.#rich.focus();
    const range = document.createRange();
    range.selectNodeContents(this.#rich);
    range.collapse(!atEnd);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  /** Puts another signature where the old one is, or, where none is, before the quote. */
  sign(signature) {
    if (!this.isRich) return;
    const old = this.#rich.querySelector(':scope > .own-signature');
    if (old) old.replaceWith(...(signature ? [signature] : []));
    else if (signature) (this.#rich.querySelector(':scope > .quoted') ?? {before: (node) => this.#rich.append(node)}).before(signature);
  }

  /** A picture where the cursor is. */
  insertPicture(img) {
    const range = this.#range();
    range.deleteContents();
    range.insertNode(img);
    range.setStartAfter(img);
    this.#actions.oninput();
  }

  #show(isRich) {
    this.#rich.hidden = !isRich;
    this.#plain.hidden = isRich;
    for (const button of this.#buttons) button.hidden = !isRich;
    this.#format.setAttribute('aria-pressed', String(!isRich));
  }

  #switch() {
    if (this.isRich) this.set({text: this.text}); else this.set({fragment: fromText(this.#plain.value)});
    this.#actions.oninput();
    this.focus();
  }

  /** The browser's own editing commands: nothing else keeps its undo (`Ctrl+z`) right. */
  #do(name, value) {
    this.#rich.focus();
    document.execCommand('styleWithCSS', false, false);
    document.execCommand(name, false, value);
    this.#actions.oninput();
  }

  async #link() {
    const range = this.#range();
    const address = await askAddress();
    this.#rich.focus();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (!address) return;
    if (range.collapsed) this.#insert(fragmentOf(el('a', {href: address}, address))); else this.#do('createLink', address);
  }

  #key(event) {
    const key = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase();
    if (key !== 'k') return;
    event.preventDefault();
    event.stopPropagation();
    this.#link();
  }

  #taken(event, data) {
    // What is moved within the text the browser moves: taken anew, it would stand there twice.
    if (event.type === 'drop' && this.#isOwnDrag) return;
    const files = [...data.files];
    const html = data.getData('text/html');
    const text = data.getData('text/plain');
    if (files.length && !text) {
      event.preventDefault();
      event.stopPropagation();
      return this.#actions.onfiles(files);
    }
    if (!this.isRich || (!html && !text)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'drop') this.#aim(event);
    if (html) this.#insert(simplified(html)); else document.execCommand('insertText', false, text);
    this.#actions.oninput();
  }

  #aim({clientX, clientY}) {
    const range = rangeAt(clientX, clientY);
    if (!range || !this.#rich.contains(range.startContainer)) return;
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  #insert(fragment) {
    const range = this.#range();
    range.deleteContents();
    const last = fragment.lastChild;
    range.insertNode(fragment);
    if (last) range.setStartAfter(last);
    range.collapse(true);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    this.#actions.oninput();
  }

  /** Where the cursor is in the text; its end when it is elsewhere. */
  #range() {
    const selection = getSelection();
    if (selection.rangeCount && this.#rich.contains(selection.getRangeAt(0).commonAncestorContainer)) return selection.getRangeAt(0).cloneRange();
    const range = document.createRange();
    range.selectNodeContents(this.#rich);
    range.collapse(false);
    return range;
  }
}

/** The place in the text that is under the pointer. */
function rangeAt(x, y) {
  if (!document.caretPositionFromPoint) return document.caretRangeFromPoint?.(x, y) ?? null;
  const place = document.caretPositionFromPoint(x, y);
  if (!place) return null;
  const range = document.createRange();
  range.setStart(place.offsetNode, place.offset);
  return range;
}

function fragmentOf(...nodes) {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  return fragment;
}
