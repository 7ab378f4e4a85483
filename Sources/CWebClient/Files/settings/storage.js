import {el, icon} from '../core/dom.js';
import {dateName, dayName, longDate, number, relativeTime, size, t} from '../core/i18n.js';
import {said} from '../core/form.js';
import {ADMIN} from '../core/jmap.js';
import {picture, svg} from '../core/svg.js';
import {facts, figures, section, table} from './words.js';

const KINDS = ['databaseOctets', 'bodyOctets', 'searchOctets', 'intakeOctets', 'otherOctets'];
const WIDTH = 600;

/** What the mail takes on disk, how that grew, and the backups. */
export async function open(app) {
  const {mayManageUsers, userId} = app.jmap.capability(ADMIN);
  const [{list, server}, users] = await Promise.all([
    app.jmap.call('Storage/get', {ids: null}), mayManageUsers ? app.jmap.call('User/get', {ids: null}) : {list: []}]);
  const own = list.find((account) => account.userId === userId) ?? list[0];
  return el('div', {}, el('h1', {}, t('settings.page.storage')),
    el('p', {}, t('settings.storage.sum', {octets: size(own.octets), count: own.emails, messages: size(own.messageOctets)}), ' ',
      t('settings.storage.measured', {when: relativeTime(own.measuredAt)})),
    kindsPicture(own), section(t('settings.storage.growth'), growthPicture(own.days)),
    list.length > 1 && section(t('settings.storage.people'), peopleTable(list, users.list)),
    server && [section(t('settings.storage.disk'), diskView(server)), section(t('settings.storage.backup'), backupView(server))]);
}

/** Octets by kind as one bar. */
function kindsPicture(account) {
  const parts = KINDS.map((name, place) => ({name, place, octets: account[name], words: t(`settings.storage.${name}`)})).filter(({octets}) => octets > 0);
  const total = Math.max(1, parts.reduce((sum, {octets}) => sum + octets, 0));
  let x = 0;
  const bars = parts.map(({place, octets, words}) => {
    const width = (octets / total) * WIDTH;
    const bar = svg(`rect.kind${place}`, {x, y: 0, width: Math.max(width - 1, 1), height: 28, rx: 2}, svg('title', {}, `${words}: ${size(octets)}`));
    x += width;
    return bar;
  });
  return el('figure', {},
    picture({title: t('settings.storage.kinds'), desc: parts.map(({words, octets}) => `${words}: ${size(octets)}`).join('; '), width: WIDTH, height: 28, name: 'kinds'}, bars),
    el('figcaption', {}, el('ul.legend', {}, parts.map(({place, words, octets}) => el('li', {}, el(`span.swatch.kind${place}`), ` ${words}: ${size(octets)}`)))),
    figures(t('settings.storage.kinds'), [t('settings.storage.kind'), t('settings.storage.size')], parts.map(({words, octets}) => [words, size(octets)])));
}

/** What was stored on each day that it was measured, as a line. */
function growthPicture(days) {
  if (days.length < 2) return el('p', {}, t('settings.storage.tooYoung'));
  const height = 120;
  const times = days.map(({day}) => Date.parse(day));
  const most = Math.max(...days.map(({octets}) => octets), 1);
  const span = Math.max(times.at(-1) - times[0], 1);
  const points = days.map(({octets}, place) => `${(((times[place] - times[0]) / span) * WIDTH).toFixed(1)},${(height - (octets / most) * (height - 6)).toFixed(1)}`);
  const [first, last] = [days[0], days.at(-1)];
  const words = {from: dateName(first.day), to: dateName(last.day), before: size(first.octets), after: size(last.octets)};
  return el('figure', {},
    picture({title: t('settings.storage.growth'), desc: t('settings.storage.growthDesc', words), width: WIDTH, height, name: 'growth'},
      svg('polygon', {points: `0,${height} ${points.join(' ')} ${WIDTH},${height}`}), svg('polyline', {points: points.join(' ')})),
    el('figcaption', {}, t('settings.storage.growthDesc', words)),
    figures(t('settings.storage.growth'), [t('settings.history.head.day'), t('settings.storage.size'), t('settings.storage.emails')],
      [...days].reverse().map(({day, octets, emails}) => [dayName(day), size(octets), number(emails)])));
}

function peopleTable(accounts, users) {
  const names = new Map(users.map(({id, name}) => [id, name]));
  return table(t('settings.storage.people'), [t('settings.person.name'), t('settings.storage.size'), t('settings.storage.emails')],
    [...accounts].sort((a, b) => b.octets - a.octets).map(({userId, octets, emails}) => [names.get(userId) ?? userId, size(octets), number(emails)]));
}

function diskView({directoryOctets, freeOctets, capacityOctets}) {
  const isNarrow = freeOctets !== null && capacityOctets && freeOctets < capacityOctets / 10;
  return [
    freeOctets !== null && el('p', {}, isNarrow && [icon('warning'), ' '], t('settings.storage.free', {free: size(freeOctets), all: size(capacityOctets ?? freeOctets)})),
    isNarrow && el('p.failure', {}, t('settings.storage.narrow')),
    facts([[t('settings.storage.directory'), size(directoryOctets)]]),
  ];
}

const STALE = 2 * 24 * 3600 * 1000;

/** The last backup that was good, the last that was not, and what to do. */
function backupView({lastBackup, lastFailedBackup}) {
  const isStale = !lastBackup || Date.now() - new Date(lastBackup.endedAt) > STALE;
  const hasFailedSince = lastFailedBackup && (!lastBackup || lastFailedBackup.endedAt > lastBackup.endedAt);
  return [
    el(lastBackup && !isStale && !hasFailedSince ? 'p.badge.is-idle' : 'p.badge.is-failing', {}, icon(isStale || hasFailedSince ? 'warning' : 'check'), ' ',
      lastBackup ? t('settings.backup.last', {when: relativeTime(lastBackup.endedAt)}) : t('settings.backup.never')),
    lastBackup && facts([
      [t('settings.backup.when'), longDate(lastBackup.endedAt)], [t('settings.backup.folder'), el('code', {}, lastBackup.folder)],
      [t('settings.storage.size'), size(lastBackup.octets)], [t('settings.storage.emails'), number(lastBackup.emails)]]),
    hasFailedSince && el('div.failure', {}, el('p', {}, t('settings.backup.failed', {when: longDate(lastFailedBackup.endedAt)})),
      lastFailedBackup.error && el('p', {}, said(lastFailedBackup.error)),
      lastFailedBackup.findings > 0 && el('p', {}, t('settings.backup.findings', {count: lastFailedBackup.findings}))),
    (isStale || hasFailedSince) && el('p', {}, t('settings.backup.advice'), ' ', el('code', {}, 'restante backup /path/to/folder')),
  ];
}
