import {el, fill, icon, iconButton} from '../core/dom.js';
import {number, t} from '../core/i18n.js';
import {MAILDROP} from '../core/jmap.js';
import {menuButton} from '../core/menu.js';
import {notify} from '../core/notices.js';
import {remember, remembered} from '../core/stored.js';
import {pendingCounts} from './counts.js';
import {badge, displayName, folderIcon, tree} from './folders.js';
import {forgetLabel, knownLabels, labelColour, labelName, labelSearch, learnLabels} from './labels.js';
import {dropSearch, keptSearches} from './searches.js';
import {View} from './view.js';

/** Milliseconds: later than the next picture. */
const SOON = 20;

/** The folders: links in nested lists, which mail can be dropped on. Under the Inbox stand the maildrops that fill it. */
export class FolderTree {
  element = el('nav.folders', {'aria-label': t('mail.folders')});
  #app;
  #page;
  #closed = new Set(remembered('closedFolders', []));
  #stop = [];
  #pending = new Map();
  #timer = 0;
  #frame = 0;
  /** What is drawn but for the counts, and where these stand, by mailbox. */
  #drawn = '';
  #counts = new Map();

  /** @param {import('./mail.js').MailPage} page */
  constructor(app, page) {
    this.#app = app;
    this.#page = page;
    const draw = () => this.#drawSoon();
    for (const records of [app.records.Mailbox, app.records.Maildrop]) {
      records.addEventListener('change', draw);
      this.#stop.push(() => records.removeEventListener('change', draw));
    }
    learnLabels(app, app.records.Email.all().map(({id}) => id));
    const counts = ({detail}) => {
      if (learnLabels(app, detail)) this.draw();
      this.#countsMoved();
    };
    app.records.Email.addEventListener('change', counts);
    this.#stop.push(() => app.records.Email.removeEventListener('change', counts));
    this.#stop.push(() => clearTimeout(this.#timer), () => cancelAnimationFrame(this.#frame));
    if (app.jmap.capability(MAILDROP)) app.firstRead.then(() => app.records.Maildrop.load(null)).then(() => page.maildropsRead()).catch((error) => app.failed(error));
    this.draw();
  }

  /** Another list may be shown. */
  place() { if (this.#drawn !== this.#toDraw()) this.draw(); }

  #toDraw() {
    const folders = this.#app.records.Mailbox.all().map(({id, name, parentId, role, sortOrder}) => [id, name, parentId, role, sortOrder]);
    return JSON.stringify([this.#page.view.key, folders, this.#app.records.Maildrop.all().map(({id, name, mailboxId}) => [id, name, mailboxId])]);
  }

  /** Draws before the next picture, once; mostly it is only the counts. */
  #drawSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#drawn === this.#toDraw()) this.#count(); else this.draw();
    });
  }

  /** What was done here shows in the counts with the picture after the next: the list comes first. */
  #countsMoved() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#drawSoon(), SOON);
  }

  #count() {
    this.#pending = pendingCounts(this.#app);
    for (const [id, place] of this.#counts) this.#countAt(place, this.#app.records.Mailbox.get(id));
  }

  #countAt(place, mailbox) {
    const count = mailbox ? badge(mailbox, this.#pending.get(mailbox.id)) : 0;
    if (place.dataset.count === String(count)) return;
    place.dataset.count = count;
    place.hidden = count === 0;
    fill(place, number(count), el('span.visually-hidden', {}, ` ${t(mailbox?.role === 'drafts' ? 'mail.draftsHere' : 'mail.unreadHere', {count})}`));
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#drawn = this.#toDraw();
    this.#pending = pendingCounts(this.#app);
    this.#counts.clear();
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.element,
      el('button.primary.compose', {type: 'button', dataset: {key: 'compose'}, onclick: () => this.#page.compose()}, icon('compose'), t('mail.compose')),
      this.#list(tree(this.#app)),
      el('ul', {}, el('li', {}, this.#line(new View(this.#app, {place: 'all'}), 'mail', null))),
      this.#searches(), this.#labels(),
      el('button.new-folder', {type: 'button', dataset: {key: 'new'}, onclick: () => this.#ask('createFolder')}, icon('plus'), t('mail.newFolder')));
    if (focused) this.element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Searches that were kept, and the labels that there are: links to what they find. */
  #searches() {
    return this.#group('searches', keptSearches().map(({name, text}) => this.#found({name, text, picture: 'search', word: 'mail.dropSearch', drop: () => dropSearch(text)})));
  }

  #labels() {
    return this.#group('labels', knownLabels().map((keyword) => this.#found({
      name: labelName(keyword), text: labelSearch(keyword), picture: 'label', colour: labelColour(keyword), word: 'mail.forgetLabel', drop: () => forgetLabel(keyword)})));
  }

  #group(name, lines) {
    const id = `${name}-heading`;
    return lines.length > 0 && [el('h2.folders-heading', {id}, t(`mail.${name}`)), el('ul', {'aria-labelledby': id}, lines.map((line) => el('li', {}, line)))];
  }

  #found({name, text, picture, colour = null, word, drop}) {
    const line = this.#line(new View(this.#app, {place: 'search', text}), picture, null, null, name);
    if (colour) line.querySelector('.icon').classList.add(colour);
    const run = () => {
      drop();
      this.draw();
      this.element.querySelector('a')?.focus();
    };
    const more = menuButton(t('mail.folderActions', {name}), () => [{label: t(word), run}], {dataset: {key: `more-${text}`}});
    more.firstChild.classList.add('folder-more');
    line.append(more);
    return line;
  }

  #list(nodes) { return el('ul', {}, nodes.map((node) => this.#item(node))); }

  #item({mailbox, children}) {
    const maildrops = mailbox.role === 'inbox' ? this.#maildrops(mailbox) : [];
    const isClosed = this.#closed.has(mailbox.id);
    const below = el('ul', {id: `below-${mailbox.id}`, hidden: isClosed || null}, maildrops, children.map((node) => this.#item(node)));
    const hasBelow = maildrops.length + children.length > 0;
    const fold = hasBelow && iconButton('chevron', t(isClosed ? 'mail.unfold' : 'mail.fold', {name: displayName(mailbox)}), () => this.#fold(mailbox.id), {
      'aria-expanded': String(!isClosed), 'aria-controls': below.id, dataset: {key: `fold-${mailbox.id}`},
    });
    if (fold) fold.classList.add('fold');
    return el('li', {}, this.#line(new View(this.#app, {place: mailbox.id}), folderIcon(mailbox), mailbox, fold), hasBelow && below);
  }

  #maildrops(inbox) {
    const all = this.#app.records.Maildrop.all().filter(({mailboxId}) => !mailboxId || mailboxId === inbox.id);
    if (all.length < 2) return [];
    return all.sort((one, other) => one.name.localeCompare(other.name)).map((maildrop) =>
      el('li', {}, this.#line(new View(this.#app, {place: inbox.id, maildropId: maildrop.id}), 'server', null, null, maildrop.name)));
  }

  #line(view, picture, mailbox, fold = null, name = view.title) {
    const isHere = view.key === this.#page.view.key;
    const link = el('a.folder', {href: view.address, 'aria-current': isHere ? 'page' : null, dataset: {key: view.key}},
      icon(picture), el('span.folder-name', {}, name), mailbox && this.#countOf(mailbox));
    link.addEventListener('click', () => this.#page.closeTree());
    const line = el('div.folder-line', {}, fold, link, mailbox && this.#more(mailbox));
    if (mailbox) this.#drop(line, mailbox);
    return line;
  }

  #countOf(mailbox) {
    const place = el('span.folder-count', {hidden: true, dataset: {count: 0}});
    this.#counts.set(mailbox.id, place);
    this.#countAt(place, mailbox);
    return place;
  }

  #more(mailbox) {
    const place = menuButton(t('mail.folderActions', {name: displayName(mailbox)}), () => this.#commands(this.#app.records.Mailbox.get(mailbox.id) ?? mailbox), {dataset: {key: `more-${mailbox.id}`}});
    place.firstChild.classList.add('folder-more');
    return place;
  }

  #commands(mailbox) {
    const {myRights} = mailbox;
    return [
      myRights.mayCreateChild && {label: t('mail.newFolderBelow'), run: () => this.#ask('createFolder', mailbox.id)},
      myRights.mayRename && {label: t('mail.rename'), run: () => this.#ask('renameFolder', mailbox)},
      myRights.mayRename && !mailbox.role && {label: t('mail.moveFolder'), run: () => this.#ask('moveFolder', mailbox)},
      {label: t('mail.markAllRead'), run: () => this.#page.readAll(mailbox)},
      mailbox.role === 'trash' && mailbox.totalEmails > 0 && {label: t('mail.emptyTrash'), run: () => this.#page.empty(mailbox)},
      mailbox.role === 'junk' && mailbox.totalEmails > 0 && {label: t('mail.emptyJunk'), run: () => this.#page.empty(mailbox)},
      myRights.mayDelete && !mailbox.role && {label: t('mail.deleteFolder'), run: async () => {
        if (!await this.#ask('deleteFolder', mailbox)) return;
        if (this.#page.view.place === mailbox.id) this.#app.router.go(['mail'], {replace: true});
        this.element.querySelector('a')?.focus();
      }},
    ].filter(Boolean);
  }

  /** Asks one of the questions about folders. They are the server's: what is done to them is not kept for later, so it is not begun. */
  async #ask(question, about) {
    if (!this.#app.jmap.isReachable) {
      notify(t('mail.foldersNeedServer'), {isError: true});
      return null;
    }
    try {
      const dialogs = await import('./folder-dialogs.js');
      return await dialogs[question](this.#app, about);
    } catch (error) {
      this.#app.failed(error);
      return null;
    }
  }

  #drop(line, mailbox) {
    line.addEventListener('dragover', (event) => {
      if (!this.#page.isDragging || mailbox.id === this.#page.view.place) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
      line.classList.add('is-target');
    });
    line.addEventListener('dragleave', () => line.classList.remove('is-target'));
    line.addEventListener('drop', (event) => {
      event.preventDefault();
      line.classList.remove('is-target');
      this.#page.dropped(mailbox.id);
    });
  }

  #fold(id) {
    if (!this.#closed.delete(id)) this.#closed.add(id);
    remember('closedFolders', [...this.#closed]);
    this.draw();
  }

  close() { this.#stop.forEach((stop) => stop()); }
}
