import {longDate, size, t} from '../core/i18n.js';
import {folded, paged} from './pages.js';
import {causeName, failureName, table} from './words.js';

/** The polls of the last 30 days, one by one; those that found nothing are put together by the hour. */
export function pollsPart(app, maildropId) {
  return folded(t('settings.polls.title'), paged(
    (after) => app.jmap.call('PollHistory/list', {maildropId, after, limit: 50}),
    (list) => table(t('settings.polls.title'), ['when', 'polls', 'cause', 'fetched', 'outcome'].map((name) => t(`settings.polls.head.${name}`)),
      list.map(({beganAt, polls, cause, fetched, octets, error}) => [
        longDate(beganAt), String(polls), cause ? causeName({type: cause, description: cause}) : '',
        fetched ? t('settings.polls.fetched', {count: fetched, size: size(octets)}) : '', error ? failureName(error) : t('settings.polls.well')])),
    t('settings.polls.none')));
}
