import {el, fill} from '../core/dom.js';
import {dateName, relativeTime, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {ask} from '../core/question.js';
import {table} from './words.js';

/** The browsers in which somebody is signed in: this one, and others that can be ended. */
export async function sessionsPart(app, userId) {
  const {Session} = app.records;
  await Session.load(null);
  const body = el('div');
  const show = () => {
    const mine = Session.all().filter((session) => session.userId === userId)
      .sort((a, b) => b.isCurrent - a.isCurrent || b.lastSeenAt.localeCompare(a.lastSeenAt));
    const others = mine.filter(({isCurrent}) => !isCurrent).map(({id}) => id);
    fill(body, table(t('settings.sessions'), ['browser', 'address', 'lastSeen', 'since', ''].map((name) => name && t(`settings.session.${name}`)), mine.map((session) => row(app, session)), {isList: true}),
      others.length > 1 && el('button.danger', {type: 'button', onclick: () => end(app, others)}, t('settings.endOthers', {count: others.length})));
  };
  show();
  Session.addEventListener('change', show);
  body.close = () => Session.removeEventListener('change', show);
  return body;
}

function row(app, {id, userAgent, address, lastSeenAt, createdAt, isCurrent}) {
  return [
    [browserName(userAgent), isCurrent && el('span.tag', {}, t('settings.thisOne'))], address, relativeTime(lastSeenAt), dateName(createdAt),
    isCurrent ? '' : el('button', {type: 'button', 'aria-label': t('settings.endNamed', {name: browserName(userAgent)}), onclick: () => end(app, [id])}, t('settings.end'))];
}

const BROWSERS = [['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox', 'Firefox'], ['Chrome', 'Chrome'], ['Safari', 'Safari']];
const SYSTEMS = [['Android', 'Android'], ['iPhone', 'iOS'], ['iPad', 'iPadOS'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']];

/** "Firefox, Linux" of what a browser says it is; all of it where we don't know it. */
export function browserName(userAgent) {
  const named = [BROWSERS, SYSTEMS].map((list) => list.find(([sign]) => userAgent.includes(sign))?.[1]).filter(Boolean);
  return named.length ? named.join(', ') : userAgent || t('settings.session.unknown');
}

function end(app, ids) {
  ask({
    title: t('settings.endQuestion', {count: ids.length}), body: [el('p', {}, t('settings.endMeans'))], action: t('settings.end'), isDangerous: true,
    run: async () => {
      const answer = await app.jmap.call('Session/set', {destroy: ids});
      await app.records.Session.refresh();
      for (const id of ids) if (answer.notDestroyed?.[id]?.type !== 'notFound') settled(answer, id, 'Session/set');
    },
  });
}
