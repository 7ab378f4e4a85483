import {longDate, size, t} from '../core/i18n.js';
import {said} from '../core/form.js';
import {folded, paged} from './pages.js';
import {table} from './words.js';

/** The journal of what was deleted at the provider in the last 90 days. */
export function deletionsPart(app, maildropId) {
  return folded(t('settings.deletions.title'), paged(
    (after) => app.jmap.call('MaildropDeletion/list', {maildropId, after, limit: 100}),
    (list) => table(t('settings.deletions.title'), ['when', 'reason', 'size', 'state', 'note'].map((name) => t(`settings.deletions.head.${name}`)),
      list.map(({intendedAt, settledAt, reason, size: octets, state, note}) => [
        longDate(settledAt ?? intendedAt), t(`settings.deletions.reason.${reason}`), octets === null ? '' : size(octets),
        t(`settings.deletions.state.${state}`), note ? said(note) : ''])),
    t('settings.deletions.none')));
}
