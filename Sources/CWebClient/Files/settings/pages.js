import {el, fill} from '../core/dom.js';
import {sentence} from '../core/form.js';
import {t} from '../core/i18n.js';

/**
 * A list that is read page by page, the next one when somebody asks for it.
 *
 * @param {function(string|null): Promise<{list: Object[], next: string|null}>} read a page after a cursor.
 * @param {function(Object[]): Node} show all that were read.
 * @param {string} none what is said when there is nothing.
 */
export function paged(read, show, none) {
  const body = el('div');
  const more = el('button', {type: 'button', hidden: true, onclick: () => load()}, t('settings.more'));
  const complaint = el('p.complaint', {role: 'alert'});
  const seen = [];
  let cursor = null;
  const load = async () => {
    more.disabled = true;
    fill(complaint);
    try {
      const {list, next} = await read(cursor);
      seen.push(...list);
      cursor = next;
      fill(body, seen.length ? show(seen) : el('p', {}, none));
      more.hidden = next === null;
    } catch (error) {
      fill(complaint, sentence(error));
      more.hidden = false;
    }
    more.disabled = false;
  };
  return {element: el('div', {}, body, complaint, more), load};
}

/** A part of a page that is read when it is first unfolded. */
export function folded(title, {element, load}) {
  let isRead = false;
  return el('details.part', {ontoggle: (event) => {
    if (!event.target.open || isRead) return;
    isRead = true;
    load();
  }}, el('summary', {}, el('h2', {}, title)), element);
}
