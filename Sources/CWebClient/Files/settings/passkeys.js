import {el, fill, icon} from '../core/dom.js';
import {Field, Wrong} from '../core/form.js';
import {dateName, relativeTime, t} from '../core/i18n.js';
import {settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {hasPasskeys, isDeclined, makePasskey} from '../core/passkey.js';
import {ask} from '../core/question.js';
import {ownPassword} from './password.js';
import {browserName} from './sessions.js';
import {table} from './words.js';

/** What somebody signs in with in place of the password: a list, and another one where this page has any. */
export async function passkeysPart(app, userId) {
  const {Passkey} = app.records;
  const [isHere] = await Promise.all([hasPasskeys(app.jmap), Passkey.load(null)]);
  const list = el('div');
  const mine = () => Passkey.all().filter((passkey) => passkey.userId === userId).sort((a, b) => a.name.localeCompare(b.name));
  const show = () => fill(list, mine().length ? listView(app, mine()) : el('p', {}, t('settings.noPasskeys')));
  show();
  Passkey.addEventListener('change', show);
  const body = el('div', {}, el('p', {}, t('settings.whatPasskeysAre')), list, isHere
    ? el('p', {}, el('button', {type: 'button', onclick: () => add(app, mine())}, t('settings.addPasskey')))
    : el('p.hint', {}, t('settings.passkeysElsewhere')));
  body.close = () => Passkey.removeEventListener('change', show);
  return body;
}

function listView(app, passkeys) {
  const button = (key, passkey, run, kind = 'button') => el(kind, {
    type: 'button', 'aria-label': t(`settings.${key}Named`, {name: passkey.name}), onclick: () => run(app, passkey, passkeys)}, t(`settings.${key}`));
  return table(t('settings.passkeys'), [t('settings.passkey.name'), t('settings.passkey.lastUsed'), t('settings.passkey.since'), ''], passkeys.map((passkey) => [
    [icon('key'), ' ', passkey.name], passkey.lastUsedAt ? relativeTime(passkey.lastUsedAt) : t('settings.never'), dateName(passkey.createdAt),
    el('div.button-row', {}, button('renamePasskey', passkey, rename), button('removePasskey', passkey, remove, 'button.danger')),
  ]), {isList: true});
}

/** The name that a passkey is to have, another one than the others'. */
const nameField = (value) => new Field('name', t('settings.passkeyName'), {value, required: true, maxlength: 255, hint: t('settings.passkeyNameHint')});

function checkName(name, others) {
  if (others.some((other) => other.name === name)) throw new Wrong('name', t('settings.passkeyNameTaken'));
}

/** First the password and then the browser's question: what an authenticator has made it keeps, whatever comes of it here. */
function add(app, passkeys) {
  ask({
    title: t('settings.addPasskey'), body: [el('p', {}, t('settings.addPasskeyMeans'))], action: t('settings.addPasskey'),
    fields: [nameField(browserName(navigator.userAgent)), ownPassword()],
    run: async ({name, currentPassword}) => {
      checkName(name, passkeys);
      const {publicKey} = await app.jmap.call('Passkey/challenge', {currentPassword});
      const response = await made(publicKey);
      settled(await app.jmap.call('Passkey/set', {create: {passkey: {name, response}}}), 'passkey', 'Passkey/set');
      await app.records.Passkey.refresh({created: true});
      notify(t('settings.passkeyAdded'));
    },
  });
}

async function made(options) {
  try {
    return await makePasskey(options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') throw new Wrong('passkey', t('settings.passkeyIsThere'));
    throw isDeclined(error) ? new Wrong('passkey', t('settings.passkeyNotMade')) : error;
  }
}

function rename(app, {id, name: old}, passkeys) {
  ask({
    title: t('settings.renamePasskeyQuestion', {name: old}), action: t('settings.renamePasskey'), fields: [nameField(old)],
    run: async ({name}) => {
      checkName(name, passkeys.filter((other) => other.id !== id));
      settled(await app.jmap.call('Passkey/set', {update: {[id]: {name}}}), id, 'Passkey/set');
      await app.records.Passkey.refresh();
    },
  });
}

function remove(app, {id, name}) {
  ask({
    title: t('settings.removePasskeyQuestion', {name}), body: [el('p', {}, t('settings.removePasskeyMeans'))], action: t('settings.removePasskey'), isDangerous: true,
    run: async () => {
      const answer = await app.jmap.call('Passkey/set', {destroy: [id]});
      await app.records.Passkey.refresh();
      if (answer.notDestroyed?.[id]?.type !== 'notFound') settled(answer, id, 'Passkey/set');
    },
  });
}
