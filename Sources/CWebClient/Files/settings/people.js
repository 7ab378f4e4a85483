import {el, fill, icon} from '../core/dom.js';
import {Field, Form, Wrong} from '../core/form.js';
import {dateName, t} from '../core/i18n.js';
import {ADMIN, settled} from '../core/jmap.js';
import {notify} from '../core/notices.js';
import {ask} from '../core/question.js';
import {confirmation, newPassword, ownPasswordIfAsked} from './password.js';
import {section, table} from './words.js';

/** Who signs in here, for administrators. */
export async function open(app) {
  const {User} = app.records;
  await User.load(null);
  const list = el('div');
  const show = () => fill(list, listView(app));
  show();
  User.addEventListener('change', show);
  const element = el('div', {}, el('h1', {}, t('settings.page.people')), el('p', {}, t('settings.whatPeopleAre')), list, section(t('settings.newPerson'), newPerson(app)));
  element.close = () => User.removeEventListener('change', show);
  return element;
}

/** One call of User/set about one user; throws what the server has against it. */
async function change(app, id, call, values) {
  settled(await app.jmap.call('User/set', {...call, ...confirmation(values)}), id, 'User/set');
  await app.records.User.refresh({created: true});
}

const roles = () => ['member', 'administrator'].map((name) => [name, t(`settings.role.${name}`)]);

function newPerson(app) {
  const slot = el('div');
  const make = () => {
    const fields = [
      new Field('name', t('settings.userName'), {required: true, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 64, hint: t('settings.userNameRules')}),
      newPassword(t('settings.firstPassword')),
      new Field('role', t('settings.role'), {choices: roles(), value: 'member', hint: t('settings.roleHint')}),
      ...ownPasswordIfAsked(app),
    ];
    const form = new Form({fields, action: t('settings.addPerson'), run: async (values) => {
      const {name, password, role} = values;
      await change(app, 'person', {create: {person: {name, password, role}}}, values).catch((error) => { throw error.type === 'alreadyExists' ? new Wrong('name', t('settings.nameTaken', {name})) : error; });
      notify(t('settings.personAdded', {name}));
      make();
    }});
    fill(slot, form.element);
  };
  make();
  return slot;
}

function listView(app) {
  const own = app.jmap.capability(ADMIN).userId;
  const users = app.records.User.all().sort((a, b) => a.name.localeCompare(b.name));
  return table(t('settings.page.people'), ['name', 'role', 'since', ''].map((name) => name && t(`settings.person.${name}`)), users.map((user) => [
    [icon('person'), ' ', user.name, user.id === own && el('span.tag', {}, t('settings.you')), user.disabled && el('span.tag', {}, t('settings.disabled'))],
    t(`settings.role.${user.role}`), dateName(user.createdAt), doings(app, user, user.id === own, users)]), {isList: true});
}

function doings(app, user, isOwn, users) {
  const button = (words, onclick, kind = 'button') => el(kind, {type: 'button', 'aria-label': `${t(words)}: ${user.name}`, onclick}, t(words));
  const question = (key, body, update, options = {}) => ask({
    title: t(`settings.${key}Question`, {name: user.name}), action: t(`settings.${key}`), body: [el('p', {}, t(`settings.${body}`))],
    fields: ownPasswordIfAsked(app), run: (values) => change(app, user.id, {update: {[user.id]: update}}, values), ...options,
  });
  const isAdministrator = user.role === 'administrator';
  const isOnly = isAdministrator && !users.some(({id, role, disabled}) => id !== user.id && role === 'administrator' && !disabled);
  return el('div.button-row', {},
    isAdministrator
      // Somebody has to run the server.
      ? !isOnly && button('settings.demote', () => question('demote', 'demoteMeans', {role: 'member'}).then((isDone) => {
        // This person's pages are others from now on.
        if (isDone && isOwn) location.reload();
      }))
      : button('settings.promote', () => question('promote', 'promoteMeans', {role: 'administrator'})),
    !isOwn && (user.disabled
      ? button('settings.enable', () => question('enable', 'enableMeans', {disabled: false}))
      : button('settings.disable', () => question('disable', 'disableMeans', {disabled: true}, {isDangerous: true}))),
    !isOwn && button('settings.setPassword', () => setPassword(app, user)),
    !isOwn && button('settings.removePerson', () => remove(app, user), 'button.danger'));
}

function setPassword(app, {id, name}) {
  ask({
    title: t('settings.setPasswordQuestion', {name}), action: t('settings.setPassword'), body: [el('p', {}, t('settings.setPasswordMeans'))],
    fields: [newPassword(), ...ownPasswordIfAsked(app)],
    run: async (values) => {
      await change(app, id, {update: {[id]: {password: values.password}}}, values);
      notify(t('settings.saved'));
    },
  });
}

/** All mail of a person goes with them: the name is typed, so that nobody does it by a slip. */
function remove(app, {id, name}) {
  const typed = new Field('typed', t('settings.typeName', {name}), {required: true, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false'});
  ask({
    title: t('settings.removePersonQuestion', {name}), action: t('settings.removePerson'), isDangerous: true,
    body: [el('p.failure', {}, icon('warning'), ' ', t('settings.removePersonMeans'))], fields: [typed, ...ownPasswordIfAsked(app)],
    run: async (values) => {
      if (values.typed !== name) throw new Wrong('typed', t('settings.typedOther'));
      await change(app, id, {destroy: [id]}, values);
    },
  });
}
