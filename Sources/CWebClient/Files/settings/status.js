import {el, icon} from '../core/dom.js';
import {relativeTime, t} from '../core/i18n.js';
import {Unreachable} from '../core/jmap.js';
import {causeName, failureName} from './words.js';

/** Milliseconds after which a status is asked for again: its times move without a word from the server. */
const LOOK = 15_000;

/**
 * Keeps maildrops and their status in step while a page shows them.
 * @param {function()} show called when something is other than it was.
 * @returns {function()} ends it.
 */
export function follow(app, show) {
  const {Maildrop, MaildropStatus} = app.records;
  const read = async () => {
    if (document.hidden) return;
    try {
      MaildropStatus.take(await app.jmap.call('MaildropStatus/get', {ids: null}));
    } catch (error) {
      // The banner says already that there is no connection.
      if (!(error instanceof Unreachable)) app.failed(error);
    }
  };
  const timer = setInterval(read, LOOK);
  Maildrop.addEventListener('change', show);
  MaildropStatus.addEventListener('change', show);
  read();
  return () => {
    clearInterval(timer);
    Maildrop.removeEventListener('change', show);
    MaildropStatus.removeEventListener('change', show);
  };
}

const PICTURES = {idle: 'check', polling: 'refresh', failing: 'warning', disabled: 'close', unknown: 'more'};

/** How a maildrop is, in one word with a picture. */
export function statusBadge(maildrop, status) {
  const state = status?.state ?? 'unknown';
  return el(`p.badge.is-${state}`, {}, icon(PICTURES[state]), ' ', t(`settings.state.${state}`));
}

/** The last and the next poll in a sentence, or since when it fails. */
export function statusSentence(status) {
  if (!status || status.state === 'disabled') return null;
  if (status.error) {
    return el('p', {}, t('settings.failingSince', {what: failureName(status.error), since: relativeTime(status.error.since)}), ' ', nextSentence(status));
  }
  return el('p', {}, status.lastSuccessAt ? t('settings.lastPoll', {when: relativeTime(status.lastSuccessAt)}) : t('settings.neverPolled'), ' ', nextSentence(status));
}

/** When the next poll is, and why then; null when there is none. */
export function nextPoll({nextPollAt, nextPollCause}) {
  if (!nextPollAt) return null;
  const when = relativeTime(new Date(Math.max(new Date(nextPollAt), Date.now())));
  return nextPollCause ? t('settings.nextPollBecause', {when, why: causeName(nextPollCause)}) : when;
}

const nextSentence = (status) => (status.nextPollAt ? t('settings.nextPoll', {when: nextPoll(status)}) : '');
