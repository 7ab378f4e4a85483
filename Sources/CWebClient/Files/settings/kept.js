import {el, icon} from '../core/dom.js';
import {dateName, number, size, t} from '../core/i18n.js';
import {facts} from './words.js';

/** What this browser keeps so that mail can be read and written without a connection, or why it keeps nothing. */
export async function keptPart(app) {
  const {database} = app.offline;
  if (!database || !navigator.locks) return el('p', {}, t(isSecureContext ? 'settings.kept.nothing' : 'settings.kept.insecure'));
  const [rows, letters, files, givenUp, waiting, {usage} = {}, isLasting] = await Promise.all([
    database.all('rows'), database.count('letters'), database.count('files'), database.get('facts', 'keptSince'), app.waiting(), navigator.storage?.estimate?.(), navigator.storage?.persisted?.()]);
  return [
    el('p', {}, t('settings.kept.means')),
    facts([
      [t('settings.kept.rows'), number(rows.reduce((sum, chunk) => sum + chunk.length, 0))],
      [t('settings.kept.letters'), number(letters)],
      [t('settings.kept.files'), number(files)],
      [t('settings.kept.waiting'), number(waiting)],
      [t('settings.kept.octets'), usage === undefined ? null : size(usage)],
      [t('settings.kept.lasting'), isLasting === undefined ? null : t(isLasting ? 'settings.kept.lasts' : 'settings.kept.mayGo')],
    ]),
    givenUp && el('p.hint', {}, icon('warning'), ' ', givenUp.at ? t('settings.kept.short', {date: dateName(givenUp.at)}) : t('settings.kept.noFiles')),
  ];
}
