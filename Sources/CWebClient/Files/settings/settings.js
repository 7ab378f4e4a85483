import {el, fill, icon} from '../core/dom.js';
import {catalogue, t} from '../core/i18n.js';
import {ADMIN, RULES} from '../core/jmap.js';
import {address} from '../core/router.js';
import {sentence} from '../core/form.js';
import {styles} from '../core/styles.js';

/**
 * The pages of the settings, in the order in which they are listed. Each module exports `open(app, path)`, which answers
 * with an element; `close()` on it, where there is one, is called when it is left.
 */
const PAGES = {
  maildrops: {picture: 'inbox', load: () => import('./maildrops.js')},
  rules: {picture: 'move', load: () => import('./rules.js'), needs: (may, app) => Boolean(app.jmap.capability(RULES))},
  devices: {picture: 'device', load: () => import('./devices.js'), needs: (may) => Boolean(may)},
  people: {picture: 'person', load: () => import('./people.js'), needs: (may) => Boolean(may?.mayManageUsers)},
  storage: {picture: 'disk', load: () => import('./storage.js'), needs: (may) => Boolean(may)},
  you: {picture: 'key', load: () => import('./you.js')},
};

/** The settings: a list at the side, and one page. */
export async function open(app) {
  await Promise.all([catalogue('settings', 'mail'), styles('settings')]);
  const may = app.jmap.capability(ADMIN);
  const names = Object.keys(PAGES).filter((name) => PAGES[name].needs?.(may, app) ?? true);
  const links = new Map(names.map((name) => [name, el('a', {href: address(['settings', name])}, icon(PAGES[name].picture), el('span', {}, t(`settings.page.${name}`)))]));
  const body = el('div.settings-page');
  const element = el('div.settings', {},
    el('nav.settings-list', {'aria-label': t('settings.pages')}, el('ul', {}, names.map((name) => el('li', {}, links.get(name))))), body);
  let page = null;
  let visit = 0;

  element.place = async ([wanted, ...path]) => {
    const name = names.includes(wanted) ? wanted : names[0];
    visit += 1;
    const mine = visit;
    for (const [other, link] of links) {
      if (other === name) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
    }
    const next = await opened(app, name, path);
    // Somebody went on while it was read.
    if (mine !== visit) return next.close?.();
    page?.close?.();
    page = next;
    fill(body, page);
    body.dataset.page = [name, ...path].join('/');
    body.closest('main')?.scrollTo(0, 0);
    document.title = `${t(`settings.page.${name}`)} – Restante`;
  };
  // What could not be read without a connection is read when there is one again.
  const reachable = ({detail}) => { if (detail && page?.isIncomplete) element.place(app.router.place.path.slice(1)); };
  app.jmap.addEventListener('reachable', reachable);
  element.close = () => {
    visit += 1;
    page?.close?.();
    app.jmap.removeEventListener('reachable', reachable);
  };
  return element;
}

async function opened(app, name, path) {
  try {
    const module = await PAGES[name].load();
    return await module.open(app, path);
  } catch (error) {
    const element = el('div', {}, el('h1', {}, t(`settings.page.${name}`)), el('p.complaint', {role: 'alert'}, sentence(error)));
    element.isIncomplete = true;
    return element;
  }
}
