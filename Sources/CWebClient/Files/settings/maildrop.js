import {el, fill} from '../core/dom.js';
import {sentence} from '../core/form.js';
import {longDate, relativeTime, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {run} from '../core/jobs.js';
import {notify} from '../core/notices.js';
import {ask} from '../core/question.js';
import {address} from '../core/router.js';
import {deletionsPart} from './deletions.js';
import {historyPicture, readDays} from './history.js';
import {missingPart} from './messages.js';
import {pollsPart} from './polls.js';
import {retentionPart} from './retention.js';
import {follow, nextPoll, statusBadge} from './status.js';
import {certificateFacts, facts, failure, noticeName, section} from './words.js';

/** Everything about one maildrop. */
export async function openMaildrop(app, {id}) {
  const days = await readDays(app, [id]);
  const state = el('div');
  const certificate = el('div');
  const title = el('h1');
  const pause = el('button', {type: 'button', onclick: () => setEnabled(app, id).catch((error) => app.failed(error))});
  const poll = pollNow(app, id);
  const show = () => {
    const maildrop = app.records.Maildrop.get(id);
    // Somebody deleted it elsewhere.
    if (!maildrop) return app.router.go(['settings', 'maildrops'], {replace: true});
    const status = app.records.MaildropStatus.get(id);
    fill(title, maildrop.name);
    fill(pause, t(maildrop.enabled ? 'settings.pause' : 'settings.goOn'));
    fill(state, stateView(maildrop, status));
    fill(certificate, certificateView(maildrop, status));
  };
  show();
  const element = el('div', {},
    el('p.back', {}, el('a', {href: address(['settings', 'maildrops'])}, t('settings.backTo', {place: t('settings.page.maildrops')}))),
    title, state, poll.element,
    el('div.button-row', {}, el('a.button', {href: address(['settings', 'maildrops', id, 'edit'])}, t('settings.edit')), pause,
      el('button.danger', {type: 'button', onclick: () => remove(app, app.records.Maildrop.get(id))}, t('settings.remove'))),
    section(t('settings.history.title'), historyPicture(days.get(id) ?? [])),
    pollsPart(app, id), missingPart(app, id),
    section(t('settings.certificate.title'), certificate),
    retentionPart(app, id),
    deletionsPart(app, id));
  const unfollow = follow(app, show);
  element.close = () => {
    unfollow();
    poll.close();
  };
  return element;
}

function stateView(maildrop, status) {
  if (!status) return null;
  const gap = status.held - status.stored;
  return [
    statusBadge(maildrop, status),
    status.error && el('div', {}, failure(status.error), el('p', {}, t('settings.since', {when: longDate(status.error.since), ago: relativeTime(status.error.since)}))),
    el('ul.notices-list', {}, status.notices.map((notice) => el('li', {}, noticeName(notice)))),
    facts([
      [t('settings.server'), t('settings.serverIs', {host: maildrop.host, port: String(maildrop.port), security: t(`settings.security.${maildrop.security}`)})],
      [t('settings.loginName'), maildrop.username],
      [t('settings.lastSuccess'), status.lastSuccessAt && `${relativeTime(status.lastSuccessAt)} (${longDate(status.lastSuccessAt)})`],
      [t('settings.next'), maildrop.enabled && nextPoll(status)],
      [t('settings.held'), t('settings.messages', {count: status.held})],
      [t('settings.kept'), t('settings.messages', {count: status.stored})],
      [t('settings.gap'), gap > 0 ? t('settings.gapIs', {count: gap, pending: status.pending}) : t('settings.gapNone')],
      [t('settings.notHad'), status.parked + status.heldBack > 0 && t('settings.notHadIs', {parked: status.parked, heldBack: status.heldBack})],
      [t('settings.signedInWith'), status.signInMethod],
    ]),
  ];
}

function certificateView(maildrop, status) {
  if (maildrop.security === 'plain') return el('p', {}, t('settings.certificate.plain'));
  return [
    maildrop.certificatePin && el('p', {}, t('settings.certificate.isPinned')),
    status?.certificate ? certificateFacts(status.certificate) : el('p', {}, t('settings.certificate.notSeen')),
  ];
}

/** A button that polls now, and how far that has come; `close` ends looking, not the poll. */
function pollNow(app, id) {
  const outcome = el('div', {role: 'status'});
  const bar = el('progress', {'aria-label': t('settings.pollNow')});
  const words = el('p');
  const abort = new AbortController();
  const button = el('button.primary', {type: 'button', onclick: async () => {
    button.disabled = true;
    fill(words, t('settings.polling'));
    bar.removeAttribute('value');
    fill(outcome, words, bar);
    try {
      const job = await run(app, {type: 'poll', maildropId: id}, {signal: abort.signal, onprogress: ({progress}) => {
        if (!progress) return;
        bar.max = Math.max(progress.held, 1);
        bar.value = progress.stored;
        fill(words, t('settings.pollProgress', progress));
      }});
      fill(outcome, job.error ? failure(job.error) : el('p', {}, t('settings.pollDone', {count: job.poll?.fetched ?? 0})));
      app.records.MaildropStatus.take(await app.jmap.call('MaildropStatus/get', {ids: [id]}));
    } catch (error) {
      if (error.name !== 'AbortError') fill(outcome, el('p.complaint', {}, sentence(error)));
    }
    button.disabled = false;
  }}, t('settings.pollNow'));
  return {element: el('div.poll-now', {}, button, outcome), close: () => abort.abort()};
}

async function setEnabled(app, id) {
  const enabled = !app.records.Maildrop.get(id).enabled;
  settled(await app.jmap.call('Maildrop/set', {update: {[id]: {enabled}}}), id, 'Maildrop/set');
  await refreshed(app, id);
  notify(t(enabled ? 'settings.goesOn' : 'settings.isPaused'));
}

async function refreshed(app, id) {
  const [maildrops, statuses] = await app.jmap.calls([['Maildrop/get', {ids: [id]}], ['MaildropStatus/get', {ids: [id]}]]);
  app.records.Maildrop.take(maildrops);
  app.records.MaildropStatus.take(statuses);
}

function remove(app, {id, name}) {
  ask({
    title: t('settings.removeQuestion', {name}), action: t('settings.removeMaildrop'), isDangerous: true,
    body: [el('p', {}, t('settings.removeMeans')), el('p.promise', {}, t('settings.mailStays'))],
    run: async () => {
      settled(await app.jmap.call('Maildrop/set', {destroy: [id]}), id, 'Maildrop/set');
      await app.records.Maildrop.refresh({created: true});
    },
  }).then((isDone) => { if (isDone) app.router.go(['settings', 'maildrops']); });
}
