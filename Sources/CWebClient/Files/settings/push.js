import {el} from '../core/dom.js';
import {Field} from '../core/form.js';
import {t} from '../core/i18n.js';
import {canPush, isPushOn, NotAllowed, startPush, stopPush} from '../offline/push.js';

/** Whether this browser tells of new mail while no page is open; a sentence where it can't. */
export function pushPart(app) {
  if (!canPush(app)) return el('p', {}, t('settings.push.cannot'));
  const field = new Field('push', t('settings.push.switch'), {type: 'checkbox', value: isPushOn(), hint: t('settings.push.means')});
  field.control.addEventListener('change', async () => {
    const isWanted = field.value;
    field.control.disabled = true;
    try {
      await (isWanted ? startPush(app) : stopPush(app));
    } catch (error) {
      field.value = isPushOn();
      field.complain(error instanceof NotAllowed ? t('settings.push.notAllowed') : t('settings.push.failed', {reason: error.message}));
    }
    field.control.disabled = false;
    field.control.focus();
  });
  return field.element;
}
