import {el, fill} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {address} from '../core/router.js';
import {historyPicture, readDays} from './history.js';
import {MaildropForm} from './maildropform.js';
import {openMaildrop} from './maildrop.js';
import {NewMaildrop} from './newmaildrop.js';
import {follow, statusBadge, statusSentence} from './status.js';

/** All maildrops (`#/settings/maildrops`), one of them (`…/<id>`), its settings (`…/<id>/edit`), another one (`…/new`). */
export async function open(app, [id, part]) {
  await Promise.all([app.records.Maildrop.load(null), app.records.MaildropStatus.load(null)]);
  if (id === 'new') return openNew(app);
  const maildrop = app.records.Maildrop.get(id);
  if (!maildrop) return openList(app);
  return part === 'edit' ? openEdit(app, maildrop) : openMaildrop(app, maildrop);
}

function openNew(app) {
  const form = new NewMaildrop(app, {onsaved: (id) => app.router.go(['settings', 'maildrops', id])});
  return el('div', {}, back([], t('settings.page.maildrops')), el('h1', {}, t('settings.newMaildrop')), form.element);
}

function openEdit(app, maildrop) {
  const form = new MaildropForm(app, {maildrop, onsaved: () => app.router.go(['settings', 'maildrops', maildrop.id])});
  return el('div', {}, back([maildrop.id], maildrop.name), el('h1', {}, t('settings.editMaildrop', {name: maildrop.name})), form.element);
}

const back = (path, words) => el('p.back', {}, el('a', {href: address(['settings', 'maildrops', ...path])}, t('settings.backTo', {place: words})));

async function openList(app) {
  const list = el('ul.cards');
  const element = el('div', {}, el('h1', {}, t('settings.page.maildrops')), el('p', {}, t('settings.whatMaildropsAre')), list,
    el('p', {}, el('a.button.primary', {href: address(['settings', 'maildrops', 'new'])}, t('settings.newMaildrop'))));
  const days = await readDays(app, null);
  const cards = new Map();
  const show = () => {
    const maildrops = app.records.Maildrop.all().sort((a, b) => a.name.localeCompare(b.name));
    for (const maildrop of maildrops) {
      if (!cards.has(maildrop.id)) cards.set(maildrop.id, card(maildrop, days.get(maildrop.id) ?? []));
      cards.get(maildrop.id).update(maildrop, app.records.MaildropStatus.get(maildrop.id));
    }
    const wanted = maildrops.map(({id}) => cards.get(id).element);
    if (wanted.length !== list.children.length || wanted.some((node, place) => node !== list.children[place])) fill(list, wanted);
    if (maildrops.length === 0) fill(list, el('li', {}, t('settings.noMaildrops')));
  };
  show();
  element.close = follow(app, show);
  return element;
}

function card({id}, days) {
  const name = el('a', {href: address(['settings', 'maildrops', id])});
  const status = el('div');
  const element = el('li.card', {}, el('h2', {}, name), status, historyPicture(days, {isSmall: true}));
  return {
    element,
    update(maildrop, state) {
      fill(name, maildrop.name);
      fill(status, statusBadge(maildrop, state), statusSentence(state), state && el('p', {}, t('settings.heldAndKept', {held: state.held, kept: state.stored})));
    },
  };
}
