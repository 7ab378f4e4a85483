import {el, fill, icon} from '../core/dom.js';
import {t} from '../core/i18n.js';
import {Refused, SignedOut, Unreachable} from '../core/jmap.js';
import {askForPasskey, hasPasskeys, isDeclined} from '../core/passkey.js';

/** The way in: a name and a password, or a passkey. A server without users says how its first one is made. */
export async function open(app, {unreachable}) {
  const [isSetUpNeeded, mayBePasskey] = unreachable ? [false, false]
    : await Promise.all([app.jmap.isSetUpNeeded(), hasPasskeys(app.jmap)].map((answer) => answer.catch(() => false)));
  return el('main.way-in', {}, el('h1', {}, 'Restante'), leftSession(app),
    isSetUpNeeded ? el('p', {}, t('core.setUpNeeded')) : [form(app, unreachable), mayBePasskey && passkey(app)]);
}

/** Says that a session which was left without the server still lives there, until it does not. */
function leftSession(app) {
  const note = el('p', {role: 'status'}, app.jmap.isEndDue && t('core.sessionLives'));
  app.jmap.addEventListener('ended', () => fill(note, t('core.sessionOver')), {once: true});
  return note;
}

function form(app, unreachable) {
  const complaint = el('p.complaint', {role: 'alert'}, unreachable && t('core.unreachable'));
  const name = el('input', {name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false', autofocus: true});
  const password = el('input', {name: 'password', type: 'password', autocomplete: 'current-password', required: true});
  const button = el('button.primary', {type: 'submit'}, t('core.signIn'));
  const signIn = async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(complaint);
    try {
      await app.jmap.signIn({username: name.value.trim(), password: password.value});
      await app.opened();
    } catch (error) {
      fill(complaint, words(error));
      button.disabled = false;
      password.focus();
    }
  };
  return el('form', {onsubmit: signIn},
    el('label', {}, t('core.userName'), name),
    el('label', {}, t('core.password'), password),
    complaint, button);
}

/** The other way in: the browser asks which passkey. */
function passkey(app) {
  const complaint = el('p.complaint', {role: 'alert'});
  const signIn = async () => {
    button.disabled = true;
    fill(complaint);
    try {
      await app.jmap.signInWithPasskey(askForPasskey);
      await app.opened();
    } catch (error) {
      fill(complaint, passkeyWords(error));
      button.disabled = false;
      button.focus();
    }
  };
  const button = el('button', {type: 'button', onclick: signIn}, icon('key'), ' ', t('core.signInWithPasskey'));
  return el('div.other-way', {}, button, complaint);
}

function passkeyWords(error) {
  if (isDeclined(error)) return t('core.noPasskey');
  return error instanceof Refused && error.status === 401 ? t('core.wrongPasskey') : words(error);
}

function words(error) {
  if (error instanceof Unreachable) return t('core.unreachable');
  if (error instanceof SignedOut) return t('core.notKept');
  if (error instanceof Refused && error.status === 401) return t('core.wrongPassword');
  if (error instanceof Refused && error.status === 429) return t('core.tooManyTries');
  return t('core.failed', {reason: error.message});
}
