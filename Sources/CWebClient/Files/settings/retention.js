import {el, fill} from '../core/dom.js';
import {Field, Form} from '../core/form.js';
import {size, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {section} from './words.js';

const MEGABYTE = 1_000_000;

/** When mail is deleted at the provider: what it would mean is said before it can be saved. */
export function retentionPart(app, maildropId) {
  const {retention} = app.records.Maildrop.get(maildropId);
  const fields = fieldsOf(retention);
  const outcome = el('div.outcome', {role: 'status'});
  const form = new Form({
    fields: Object.values(fields), action: t('settings.retention.preview'),
    run: async (values) => {
      const wanted = retentionOf(values);
      const preview = await app.jmap.call('MaildropRetention/preview', {maildropId, retention: wanted});
      const save = el('button.primary', {type: 'button', onclick: () => form.pending(save, async () => {
        settled(await app.jmap.call('Maildrop/set', {update: {[maildropId]: {retention: wanted}}}), maildropId, 'Maildrop/set');
        app.records.Maildrop.take(await app.jmap.call('Maildrop/get', {ids: [maildropId]}));
        fill(outcome);
        notify(t('settings.saved'));
      })}, t(preview.due.messages ? 'settings.retention.saveDeleting' : 'settings.save', {count: preview.due.messages}));
      if (preview.due.messages) save.className = 'danger';
      fill(outcome, previewWords(preview), el('div.button-row', {}, save));
    },
  });
  form.element.addEventListener('input', () => fill(outcome));
  return section(t('settings.retention.title'), el('p', {}, t('settings.retention.means')), form.element, outcome);
}

function fieldsOf(retention) {
  const fields = {
    deletes: new Field('deletes', t('settings.retention.when'), {
      value: retention.deleteAfter === null ? 'never' : 'after',
      choices: ['never', 'after'].map((name) => [name, t(`settings.retention.${name}`)])}),
    days: new Field('days', t('settings.retention.days'), {type: 'number', min: 0, max: 36500, required: true, value: retention.deleteAfter ?? 30, hint: t('settings.retention.daysHint')}),
    deleteDestroyed: new Field('deleteDestroyed', t('settings.retention.deleteDestroyed'), {type: 'checkbox', value: retention.deleteDestroyed}),
    keepUnread: new Field('keepUnread', t('settings.retention.keepUnread'), {type: 'checkbox', value: retention.keepUnread}),
    largerThan: new Field('largerThan', t('settings.retention.largerThan'), {
      type: 'number', min: 0, step: 'any', value: retention.largerThan === null ? '' : retention.largerThan / MEGABYTE, hint: t('settings.retention.largerThanHint')}),
  };
  const show = () => {
    const isDeleting = fields.deletes.value === 'after';
    fields.days.isHidden = !isDeleting;
    fields.keepUnread.isHidden = fields.largerThan.isHidden = !isDeleting && !fields.deleteDestroyed.value;
  };
  fields.deletes.control.addEventListener('change', show);
  fields.deleteDestroyed.control.addEventListener('change', show);
  show();
  return fields;
}

function retentionOf({deletes, days, deleteDestroyed, keepUnread, largerThan}) {
  return {
    deleteAfter: deletes === 'after' ? Number(days) : null, deleteDestroyed, keepUnread,
    largerThan: largerThan === '' ? null : Math.round(Number(largerThan) * MEGABYTE),
  };
}

/** What a retention would do at the next poll. */
function previewWords({held, due, byAge, destroyed, keptUnread, keptSmall, unchecked}) {
  const amount = ({messages, octets}) => ({count: messages, size: size(octets)});
  const parts = Object.entries({byAge, destroyed, keptUnread, keptSmall, unchecked}).filter(([, part]) => part.messages > 0);
  return el(due.messages ? 'div.failure' : 'div', {},
    el('p', {}, el('strong', {}, due.messages ? t('settings.retention.due', amount(due)) : t('settings.retention.dueNone')),
      ' ', t('settings.retention.ofHeld', amount(held))),
    el('ul', {}, parts.map(([name, part]) => el('li', {}, t(`settings.retention.part.${name}`, amount(part))))),
    due.messages > 0 && el('p', {}, t('settings.retention.copyStays')));
}
