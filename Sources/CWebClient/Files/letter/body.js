import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {Unreachable, VIEW} from '../core/jmap.js';
import {bodyOf} from './details.js';
import {Frame} from './frame.js';
import {called, shown} from './names.js';
import {distrust, isTrusted, trust} from './pictures.js';
import {PICTURES} from './preview.js';
import {simplified} from './simple.js';
import {plainText} from './text.js';

/**
 * What a letter says: as HTML in its frame where the server has gone through it, else as text.
 */
export class Body {
  #app;
  #email;
  #onmailto;
  #frame = null;
  #bar = el('div.remote', {hidden: true});
  #content = el('div.body');
  #isClosed = false;
  /** The choice between HTML and text; empty where there is none. */
  switcher = el('span.switcher');
  element = el('div.body-and-bar', {}, this.#bar, this.#content);
  /** The HTML that is shown, or null: what it shows of the attachments needs no place in their list. */
  html = null;

  /** @param {Object} email as `details.js` reads it. @param {{onmailto: function(string)}} actions */
  constructor(app, email, {onmailto}) {
    this.#app = app;
    this.#email = email;
    this.#onmailto = onmailto;
  }

  /** Reads what is missing and shows it. */
  async show() {
    const view = await this.#view(isTrusted(this.#email.from?.[0]));
    if (this.#isClosed) return;
    if (view?.html) this.#showHTML(view); else this.#showText();
  }

  /** The server's view of the HTML; null when it has none, or knows nothing of views. */
  async #view(withPictures) {
    if (!this.#app.jmap.capability(VIEW) || !this.#email.htmlBody.some(({type}) => type === 'text/html')) return null;
    try {
      const {list} = await this.#app.jmap.call('EmailView/get', {ids: [this.#email.id], remoteImages: withPictures});
      return list[0] && {...list[0], withPictures};
    } catch (error) {
      // Without a connection there is the view that this browser keeps, if any: the one without remote pictures.
      if (withPictures && error instanceof Unreachable) return this.#view(false);
      if (!(error instanceof Unreachable)) this.#app.failed(error);
      return null;
    }
  }

  #showHTML(view) {
    this.html = view.html;
    this.#frame?.close();
    this.#frame = new Frame(view.html, {
      title: t('letter.frame', {sender: called(this.#email.from?.[0])}), isReply: Boolean(this.#email.inReplyTo?.length),
      quoted: t('letter.quoted'), onmailto: this.#onmailto, picture: (blobId, type) => this.#kept(blobId, type),
    });
    fill(this.#content, this.#frame.element, view.isTruncated && el('p.dim', {}, t('letter.cut')));
    this.#tellOfPictures(view);
    if (bodyOf(this.#email, 'text/plain')) this.#offer('asText', () => this.#showText(view));
  }

  /** A picture that this browser keeps, where the server does not answer; one of a type in which nothing runs. */
  async #kept(blobId, type) {
    if (this.#app.jmap.isReachable || !PICTURES.has(type)) return null;
    const octets = new Uint8Array(await (await this.#app.jmap.octets(blobId, type)).arrayBuffer());
    let text = '';
    for (let start = 0; start < octets.length; start += 8192) text += String.fromCharCode(...octets.subarray(start, start + 8192));
    return `data:${type};base64,${btoa(text)}`;
  }

  #showText(view = null) {
    this.html = null;
    this.#frame?.close();
    this.#frame = null;
    this.#bar.hidden = true;
    const plain = bodyOf(this.#email, 'text/plain');
    const html = plain ? null : bodyOf(this.#email, 'text/html');
    fill(this.#content, plain ? plainText(plain.text) : html ? el('div.plain', {dir: 'auto'}, simplified(html.text)) : el('p.dim', {}, t('letter.empty')),
      (plain ?? html)?.isCut && el('p.dim', {}, t('letter.cut')));
    this.#mailtos();
    if (view) this.#offer('asHTML', () => this.#showHTML(view));
  }

  #mailtos() {
    this.#content.onclick = (event) => {
      const a = event.target.closest('a[href^="mailto:" i]');
      if (!a) return;
      event.preventDefault();
      this.#onmailto(a.getAttribute('href'));
    };
  }

  #offer(word, onclick) {
    const button = el('button.quiet', {type: 'button', onclick: () => {
      onclick();
      this.switcher.firstElementChild?.focus();
      this.element.dispatchEvent(new CustomEvent('switched', {bubbles: true}));
    }}, t(`letter.${word}`));
    fill(this.switcher, button);
  }

  /** Says which pictures lie elsewhere; loading them tells their servers that the letter is read. */
  #tellOfPictures({remoteImages, trackers, remoteHosts, withPictures}) {
    const sender = this.#email.from?.[0];
    const load = async (isOn) => {
      const view = await this.#view(isOn);
      if (view?.html && !this.#isClosed) this.#showHTML(view);
    };
    const button = (word, onclick) => el('button', {type: 'button', onclick}, t(`letter.${word}`));
    const always = () => { trust(sender); load(true); };
    const never = () => { distrust(sender); load(false); };
    const words = [];
    if (remoteImages > 0 && !withPictures) {
      words.push(el('span', {}, t('letter.pictures', {count: remoteImages, hosts: hosts(remoteHosts)})), button('picturesOnce', () => load(true)), sender && button('picturesEver', always));
    } else if (remoteImages > 0 && isTrusted(sender)) {
      words.push(el('span', {}, t('letter.picturesAlways', {sender: shown(sender.email)})), button('picturesNever', never));
    }
    if (trackers > 0) words.push(el('span', {}, t('letter.trackers', {count: trackers})));
    this.#bar.hidden = words.length === 0;
    fill(this.#bar, ...words);
  }

  close() {
    this.#isClosed = true;
    this.#frame?.close();
  }
}

/** The first few names of hosts, and how many more. */
function hosts(names) {
  const first = names.slice(0, 3).map(shown).join(', ');
  return names.length > 3 ? t('letter.andMore', {names: first, count: names.length - 3}) : first;
}
