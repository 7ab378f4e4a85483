import {el} from '../core/dom.js';
import {number, size, t} from '../core/i18n.js';
import {facts} from './words.js';

/** What this browser keeps so that mail can be read and written without a connection, or why it keeps nothing. */
export async function keptPart(app) {
  const {database} = app.offline;
  if (!database || !navigator.locks) return el('p', {}, t(isSecureContext ? 'settings.kept.nothing' : 'settings.kept.insecure'));
  const [rows, letters, waiting, {usage} = {}, isLasting] = await Promise.all([
    database.all('rows'), database.count('letters'), app.waiting(), navigator.storage?.estimate?.(), navigator.storage?.persisted?.()]);
  return [
    el('p', {}, t('settings.kept.means')),
    facts([
      [t('settings.kept.rows'), number(rows.reduce((sum, chunk) => sum + chunk.length, 0))],
      [t('settings.kept.letters'), number(letters)],
      [t('settings.kept.waiting'), number(waiting)],
      [t('settings.kept.octets'), usage === undefined ? null : size(usage)],
      [t('settings.kept.lasting'), isLasting === undefined ? null : t(isLasting ? 'settings.kept.lasts' : 'settings.kept.mayGo')],
    ]),
  ];
}
