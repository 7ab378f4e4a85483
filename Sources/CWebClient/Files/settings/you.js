import {el, fill} from '../core/dom.js';
import {Field, Form, Wrong} from '../core/form.js';
import {LANGUAGES, language, speak, t} from '../core/i18n.js';
import {ADMIN, settled} from '../core/jmap.js';
import {areKeysOn, switchKeys} from '../core/keys.js';
import {notify} from '../core/notices.js';
import {chooseSwipe, SIDES, swipeChoice, swipeChoices} from '../mail/swipe-choice.js';
import {keptPart} from './kept.js';
import {pushPart} from './push.js';
import {passkeysPart} from './passkeys.js';
import {newPassword, ownPassword, passwordAgain} from './password.js';
import {sessionsPart} from './sessions.js';
import {section} from './words.js';

/** What concerns the person and this browser. */
export async function open(app) {
  const may = app.jmap.capability(ADMIN);
  const [sessions, passkeys] = may ? await Promise.all([sessionsPart(app, may.userId), passkeysPart(app, may.userId)]) : [];
  const element = el('div', {}, el('h1', {}, t('settings.page.you')),
    el('p', {}, t('settings.signedInAs', {name: app.jmap.username})),
    section(t('settings.thisBrowser'), languageField().element, keysField().element, SIDES.map((side) => swipeField(side).element)),
    section(t('settings.push'), pushPart(app)),
    may && section(t('settings.password'), passwordForm(app, may.userId)),
    passkeys && section(t('settings.passkeys'), passkeys),
    sessions && section(t('settings.sessions'), sessions),
    section(t('settings.keptHere'), await keptPart(app)));
  element.close = () => {
    sessions?.close();
    passkeys?.close();
  };
  return element;
}

function languageField() {
  const field = new Field('language', t('settings.language'), {value: language, choices: Object.entries(LANGUAGES)});
  field.control.addEventListener('change', () => speak(field.value));
  return field;
}

function keysField() {
  const field = new Field('keys', t('settings.keys'), {type: 'checkbox', value: areKeysOn(), hint: t('settings.keysHint')});
  field.control.addEventListener('change', () => switchKeys(field.value));
  return field;
}

function swipeField(side) {
  const field = new Field(`swipe-${side}`, t(`settings.swipe.${(side === 'start') === (document.documentElement.dir !== 'rtl') ? 'left' : 'right'}`), {value: swipeChoice(side), choices: swipeChoices(), hint: side === 'start' ? t('settings.swipe.hint') : null});
  field.control.addEventListener('change', () => chooseSwipe(side, field.value));
  return field;
}

function passwordForm(app, userId) {
  const slot = el('div');
  const make = () => {
    const fields = [ownPassword(), newPassword(), passwordAgain()];
    const form = new Form({fields, action: t('settings.changePassword'), run: async ({currentPassword, password, again}) => {
      if (password !== again) throw new Wrong('again', t('settings.passwordsDiffer'));
      settled(await app.jmap.call('User/set', {update: {[userId]: {password}}, currentPassword}), userId, 'User/set');
      notify(t('settings.passwordChanged'));
      make();
    }});
    fill(slot, el('p', {}, t('settings.passwordMeans')), form.element);
  };
  make();
  return slot;
}
