import {el} from '../core/dom.js';
import {Field, Form, Wrong} from '../core/form.js';
import {t} from '../core/i18n.js';
import {Refused} from '../core/jmap.js';
import {newPassword, passwordAgain} from '../settings/password.js';

/** The form that makes the first administrator. */
export function firstPerson(app, {token, ondone}) {
  const fields = [
    new Field('username', t('settings.userName'), {required: true, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: 64, hint: t('settings.userNameRules')}),
    newPassword(t('settings.password')), passwordAgain(),
  ];
  const form = new Form({
    fields, action: t('setup.person.action'),
    run: async ({username, password, again}) => {
      if (!/^[a-z0-9][a-z0-9._+@-]{0,63}$/.test(username)) throw new Wrong('username', t('setup.person.wrongName'));
      if (new TextEncoder().encode(password).length < 8) throw new Wrong('password', t('setup.person.tooShort'));
      if (password !== again) throw new Wrong('again', t('settings.passwordsDiffer'));
      try {
        await app.jmap.setUp({token, username, password});
      } catch (error) {
        throw error instanceof Refused && error.status === 403 ? new Wrong(null, t('setup.usedToken')) : error;
      }
      await ondone();
    },
  });
  return el('div', {}, form.element);
}
