import {el, fill, iconButton} from '../core/dom.js';
import {number, size, t} from '../core/i18n.js';
import {CORE, MAIL, Unreachable} from '../core/jmap.js';
import {bdi, shown} from '../letter/names.js';

/**
 * The files that go with a letter. Each is uploaded when it is chosen; a draft names those that have arrived. Without a
 * connection they wait here.
 */
export class Files {
  #app;
  #onchange;
  #files = [];
  #say = el('p.visually-hidden', {role: 'status'});
  #list = el('ul', {'aria-label': ''});
  element = el('div.files', {hidden: true}, this.#list, this.#say);

  /** @param {function()} onchange called when a file has arrived or was taken out. */
  constructor(app, onchange) {
    this.#app = app;
    this.#onchange = onchange;
    this.#list.setAttribute('aria-label', t('compose.files'));
  }

  get count() { return this.#files.length; }
  get isUploading() { return this.#files.some(({blobId, isHere}) => blobId === null && !isHere); }
  get areHere() { return this.#files.some(({isHere}) => isHere); }

  /** As the outbox keeps them: those that have not arrived with their octets. @param {Set<string>} used */
  letters(used) {
    return this.#files.filter(({cid}) => !cid || used.has(cid)).map(({blobId, file, type, name, cid}) =>
      ({...(blobId === null ? {file} : {blobId}), type, name, disposition: cid ? 'inline' : 'attachment', ...(cid && {cid})}));
  }

  /** Uploads what could not be before. */
  retry() { return Promise.all(this.#files.filter(({isHere}) => isHere).map((entry) => this.#upload(entry))); }
  /** As Email/set wants them (EmailBodyPart). @param {Set<string>} used content ids of the pictures that are still in the text. */
  parts(used) {
    return this.#files.filter(({blobId, cid}) => blobId !== null && (!cid || used.has(cid))).map(({blobId, type, name, cid}) =>
      ({blobId, type, name, disposition: cid ? 'inline' : 'attachment', ...(cid && {cid})}));
  }

  /** What lies at the server already, of a draft or forwarded, or in the outbox. @param {Object[]} parts EmailBodyParts, or the outbox's. */
  take(parts) {
    for (const {blobId = null, file, type, name, size: octets, cid, disposition} of parts) {
      this.#files.push({
        blobId, file, type, name: name || t('letter.unnamed'), size: octets ?? file?.size ?? 0, cid: disposition === 'inline' ? cid : null, done: 1,
        isHere: blobId === null, abort: new AbortController(),
      });
    }
    this.#draw();
  }

  /**
   * The files as parts of the draft that was just saved: the next one is made of these.
   * @param {Object[]} parts EmailBodyParts.
   */
  rename(parts) {
    const left = [...parts];
    for (const entry of this.#files.filter(({blobId}) => blobId !== null)) {
      const index = left.findIndex(({cid, name, type}) => entry.cid ? cid === entry.cid : name === entry.name && type === entry.type);
      if (index >= 0) [{blobId: entry.blobId}] = left.splice(index, 1);
    }
  }

  /** Uploads files. @param {Iterable<File>} files @param {string} [cid] of a picture in the text. @returns {Promise<Object[]>} */
  async add(files, cid = null) {
    const limit = this.#app.jmap.session.capabilities[CORE].maxSizeUpload;
    const whole = this.#app.jmap.capability(MAIL).maxSizeAttachmentsPerEmail ?? Infinity;
    return Promise.all([...files].map((file) => {
      const sum = this.#files.reduce((octets, one) => octets + one.size, file.size);
      if (file.size > limit || sum > whole) {
        this.#complain(t('compose.tooLargeFile', {name: file.name, size: size(Math.min(limit, whole))}));
        return null;
      }
      return this.#upload({blobId: null, type: file.type || 'application/octet-stream', name: file.name || t('letter.unnamed'), size: file.size, cid, done: 0, abort: new AbortController(), file});
    }));
  }

  async #upload(entry) {
    if (!this.#files.includes(entry)) this.#files.push(entry);
    entry.error = null;
    entry.isHere = false;
    this.#draw();
    try {
      const progress = (share) => { entry.done = share; this.#progress(entry); };
      const {blobId} = await this.#app.jmap.upload(entry.file, entry.abort.signal, progress);
      entry.blobId = blobId;
      this.#say.textContent = t('compose.uploaded', {name: entry.name});
      this.#draw();
      this.#onchange();
    } catch (error) {
      if (error.name === 'AbortError') return entry;
      entry.isHere = error instanceof Unreachable && this.#app.outbox !== null;
      entry.error = entry.isHere ? null : error.message;
      this.#draw();
      if (entry.isHere) this.#onchange();
    }
    return entry;
  }

  #complain(words) {
    fill(this.#say, words);
    this.#app.failed(new Error(words));
  }

  #progress(entry) {
    const bar = entry.row?.querySelector('progress');
    if (bar) bar.value = entry.done;
  }

  #draw() {
    const listed = this.#files.filter(({cid}) => !cid);
    this.element.hidden = listed.length === 0;
    fill(this.#list, ...listed.map((entry) => {
      entry.row = el('li', {}, el('span.file', {}, el('span.name', {}, bdi(shown(entry.name))), el('span.facts', {}, size(entry.size))),
        entry.isHere ? el('span.facts', {}, t('compose.fileHere')) : entry.error ? el('span.complaint', {}, t('compose.uploadFailed', {reason: entry.error})) : entry.blobId === null
          && el('progress', {max: '1', value: entry.done, 'aria-label': t('compose.uploading', {name: entry.name, share: number(Math.round(entry.done * 100))})}),
        entry.error && el('button', {type: 'button', onclick: () => this.#upload(entry)}, t('compose.again')),
        iconButton('close', t(entry.blobId === null ? 'compose.stopUpload' : 'compose.removeFile', {name: entry.name}), () => this.#remove(entry)));
      return entry.row;
    }));
  }

  #remove(entry) {
    entry.abort?.abort();
    this.#files = this.#files.filter((other) => other !== entry);
    this.#draw();
    this.#onchange();
  }

  /** Stops what is on its way. */
  close() { for (const {blobId, abort} of this.#files) if (blobId === null) abort.abort(); }
}
