import {el} from '../core/dom.js';
import {Field} from '../core/form.js';
import {number, t} from '../core/i18n.js';

const SECURITY = ['tls', 'starttls', 'plain'];
const PORTS = {pop3: {tls: 995, starttls: 110, plain: 110}, submission: {tls: 465, starttls: 587, plain: 587}};
const PACES = [60, 300, 900, 3600, 21600, 86400];
const SEEN = [86400, 604800, 1209600, 2592000, 31536000];

const securities = () => SECURITY.map((name) => [name, t(`settings.security.${name}`)]);

/** Follows the port of a security until somebody typed another one. */
function followPort(security, port, ports) {
  security.control.addEventListener('change', () => {
    if (!port.value || Object.values(ports).includes(Number(port.value))) port.value = ports[security.value];
  });
}

/** A password that was found to be the same for sending stays the same, until somebody types another one there. */
export function followPassword({password, 'submission/password': own}) {
  let follows = own.value !== '' && own.value === password.value;
  own.control.addEventListener('input', () => { follows = false; });
  password.control.addEventListener('input', () => { if (follows) own.value = password.value; });
}

/** The server that mail is collected from. @param {Object} maildrop as it is, or what was found. */
export function serverFields(maildrop) {
  const isOAuth = Boolean(maildrop.signInProvider);
  const plain = {autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off', disabled: isOAuth};
  const fields = {
    host: new Field('host', t('settings.host'), {value: maildrop.host, hint: t('settings.hostHint'), required: true, ...plain}),
    security: new Field('security', t('settings.security'), {value: maildrop.security ?? 'tls', choices: securities(), disabled: isOAuth}),
    port: new Field('port', t('settings.port'), {value: maildrop.port ?? 995, type: 'number', min: 1, max: 65535, required: true, disabled: isOAuth}),
    username: new Field('username', t('settings.loginName'), {value: maildrop.username, required: true, ...plain}),
    password: new Field('password', t('settings.maildropPassword'), {
      type: 'password', autocomplete: 'off', value: maildrop.password ?? '', required: !maildrop.hasPassword && !isOAuth,
      hint: isOAuth ? t('settings.passwordOAuth', {provider: maildrop.signInProvider}) : maildrop.hasPassword ? t('settings.passwordKept') : null,
    }),
    signIn: new Field('signIn', t('settings.signIn'), {
      value: maildrop.signIn ?? 'automatic', disabled: isOAuth,
      choices: ['automatic', 'password', 'apop'].map((name) => [name, t(`settings.signIn.${name}`)]),
    }),
    certificatePin: new Field('certificatePin', t('settings.certificatePin'), {
      value: maildrop.certificatePin, hint: t('settings.certificatePinHint'), pattern: '[0-9a-fA-F]{64}', ...plain}),
  };
  followPort(fields.security, fields.port, PORTS.pop3);
  return fields;
}

/** Where its mail goes here, and how often it is asked for. */
export function habitFields(maildrop, folders) {
  const current = (list, value) => (value && !list.includes(value) ? [...list, value] : list);
  const seconds = (list, value, none, words) => [['', t(none)], ...current(list, value).map((length) => [String(length), t(words, duration(length))])];
  return {
    name: new Field('name', t('settings.maildropName'), {value: maildrop.name, required: true, maxlength: 255, hint: t('settings.maildropNameHint')}),
    mailboxId: new Field('mailboxId', t('settings.folder'), {value: maildrop.mailboxId ?? folders[0]?.[0], choices: folders}),
    pollInterval: new Field('pollInterval', t('settings.pace'), {
      value: maildrop.pollInterval ?? '', hint: t('settings.paceHint'),
      choices: seconds(PACES, maildrop.pollInterval, 'settings.pace.learned', 'settings.pace.every'),
    }),
    markSeenOlderThan: new Field('markSeenOlderThan', t('settings.seen'), {
      value: maildrop.id ? maildrop.markSeenOlderThan ?? '' : 1209600, hint: t('settings.seenHint'),
      choices: seconds(SEEN, maildrop.markSeenOlderThan, 'settings.seen.none', 'settings.seen.after'),
    }),
    vanished: new Field('vanished', t('settings.vanished'), {
      value: maildrop.vanished ?? 'keep', choices: ['keep', 'trash'].map((name) => [name, t(`settings.vanished.${name}`)])}),
  };
}

/** Seconds as `{count, unit}` in words, for a text with `{span}`. */
export function duration(seconds) {
  const [unit, length] = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]].find(([, each]) => seconds % each === 0);
  return {span: t(`settings.span.${unit}`, {count: seconds / length}), count: seconds / length, number: number(seconds)};
}

/** The server that mail is sent with. @param {Object|null} submission as it is, or what was found or guessed. */
export function sendingFields(submission) {
  const plain = {autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off'};
  const value = submission ?? {};
  const fields = {
    'submission': new Field('submission', t('settings.sends'), {type: 'checkbox', value: submission !== null, hint: t('settings.sendsHint')}),
    'submission/host': new Field('submission/host', t('settings.host'), {value: value.host, required: true, ...plain}),
    'submission/security': new Field('submission/security', t('settings.security'), {value: value.security ?? 'tls', choices: securities()}),
    'submission/port': new Field('submission/port', t('settings.port'), {value: value.port ?? 465, type: 'number', min: 1, max: 65535, required: true}),
    'submission/signIn': new Field('submission/signIn', t('settings.sending.signIn'), {
      value: value.signIn ?? 'same', choices: ['same', 'own', 'none'].map((name) => [name, t(`settings.sending.${name}`)])}),
    'submission/username': new Field('submission/username', t('settings.loginName'), {value: value.username, ...plain}),
    'submission/password': new Field('submission/password', t('settings.maildropPassword'), {
      type: 'password', autocomplete: 'off', value: value.password ?? '', hint: value.hasPassword ? t('settings.passwordKept') : null}),
    'submission/certificatePin': new Field('submission/certificatePin', t('settings.certificatePin'), {
      value: value.certificatePin, hint: t('settings.certificatePinHint'), ...plain}),
  };
  followPort(fields['submission/security'], fields['submission/port'], PORTS.submission);
  const show = () => {
    const isOn = fields.submission.value;
    const isOwn = isOn && fields['submission/signIn'].value === 'own';
    for (const [name, field] of Object.entries(fields)) {
      if (name !== 'submission') field.isHidden = !isOn || (['submission/username', 'submission/password'].includes(name) && !isOwn);
    }
  };
  fields.submission.control.addEventListener('change', show);
  fields['submission/signIn'].control.addEventListener('change', show);
  show();
  return fields;
}

/** Where mail is sent, in a line, as the fields have it: what is folded says so too. */
export function sendingWords(fields) {
  const host = fields['submission/host'].value.trim();
  if (!fields.submission.value) return t('settings.sendingIs.not');
  const signIn = fields['submission/signIn'].value;
  // Discovery's is the one that was typed for collecting, under another name.
  const isSame = signIn === 'own' && fields.password.value !== '' && fields['submission/password'].value === fields.password.value;
  return host ? t(`settings.sendingIs.${isSame ? 'same' : signIn}`, {host}) : t('settings.sending');
}

/** A group of fields under a name. */
export const group = (legend, ...fields) => el('fieldset', {}, el('legend', {}, legend), fields.map((field) => field.element ?? field));
