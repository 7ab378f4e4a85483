import {relativeTime, size, t} from '../core/i18n.js';
import {said} from '../core/form.js';
import {folded, paged} from './pages.js';
import {table} from './words.js';

/** The messages that a maildrop holds and that are not here: why, and when they are tried again. */
export function missingPart(app, maildropId) {
  return folded(t('settings.missing.title'), paged(
    (after) => app.jmap.call('MaildropMessage/list', {maildropId, unstoredOnly: true, after, limit: 100}),
    (list) => table(t('settings.missing.title'), ['uniqueId', 'size', 'state', 'reason', 'retry'].map((name) => t(`settings.missing.head.${name}`)),
      list.map(({uniqueId, size: octets, state, reason, attempts, retryAt}) => [
        uniqueId, octets === null ? '' : size(octets), t(`settings.missing.${state}`), reason ? said(reason) : '',
        retryAt ? t('settings.missing.retry', {when: relativeTime(retryAt), count: attempts}) : ''])),
    t('settings.missing.none')));
}
