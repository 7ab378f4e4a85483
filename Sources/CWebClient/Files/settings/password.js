import {Field} from '../core/form.js';
import {t} from '../core/i18n.js';
import {ADMIN} from '../core/jmap.js';

/** The field for one's own password. */
export const ownPassword = () => new Field('currentPassword', t('settings.currentPassword'), {
  type: 'password', autocomplete: 'current-password', required: true, hint: t('settings.currentPasswordHint')});

/** The same where this sign-in has to bring it (a device's secret may have been found with the device), else nothing. */
export const ownPasswordIfAsked = (app) => (app.jmap.capability(ADMIN)?.asksForPassword ? [ownPassword()] : []);

/** The argument that goes with a call, of a form's values. */
export const confirmation = ({currentPassword}) => (currentPassword ? {currentPassword} : {});

/** A field for a new password, its rules said before. */
export const newPassword = (label = t('settings.newPassword')) => new Field('password', label, {
  type: 'password', autocomplete: 'new-password', required: true, minlength: 8, hint: t('settings.passwordRules')});

/** The same once more, against slips. */
export const passwordAgain = () => new Field('again', t('settings.passwordAgainLabel'), {type: 'password', autocomplete: 'new-password', required: true});
