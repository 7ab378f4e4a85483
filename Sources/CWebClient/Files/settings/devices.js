import {el, fill, icon} from '../core/dom.js';
import {dateName, relativeTime, t} from '../core/i18n.js';
import {ADMIN, settled} from '../core/jmap.js';
import {ask} from '../core/question.js';
import {address} from '../core/router.js';
import {newDevice} from './newdevice.js';
import {table} from './words.js';

/** The devices (`#/settings/devices`), and a new one (`…/new`). */
export async function open(app, [part]) {
  if (part === 'new') {
    return el('div', {}, el('p.back', {}, el('a', {href: address(['settings', 'devices'])}, t('settings.backTo', {place: t('settings.page.devices')}))),
      el('h1', {}, t('settings.newDevice')), el('p', {}, t('settings.whatDevicesAre')),
      newDevice(app, {ondone: () => app.router.go(['settings', 'devices']), done: t('settings.secretNoted')}));
  }
  const {Device, User} = app.records;
  const {userId, mayManageUsers} = app.jmap.capability(ADMIN);
  await Promise.all([Device.load(null), mayManageUsers && User.load(null)]);
  const list = el('div');
  const show = () => fill(list, listView(app, Device.all(), userId));
  show();
  Device.addEventListener('change', show);
  const element = el('div', {}, el('h1', {}, t('settings.page.devices')), el('p', {}, t('settings.whatDevicesAre')), list,
    el('p', {}, el('a.button.primary', {href: address(['settings', 'devices', 'new'])}, t('settings.newDevice'))));
  element.close = () => Device.removeEventListener('change', show);
  return element;
}

function listView(app, devices, userId) {
  const sorted = devices.sort((a, b) => (b.userId === userId) - (a.userId === userId) || a.name.localeCompare(b.name));
  if (sorted.length === 0) return el('p', {}, t('settings.noDevices'));
  const hasOthers = sorted.some((device) => device.userId !== userId);
  const heads = ['name', ...(hasOthers ? ['user'] : []), 'lastSeen', 'created', 'doing'].map((name) => (name === 'doing' ? '' : t(`settings.device.${name}`)));
  return table(t('settings.page.devices'), heads, sorted.map((device) => [
    [icon('device'), ' ', device.name, device.isCurrent && el('span.tag', {}, t('settings.thisOne'))],
    ...(hasOthers ? [app.records.User.get(device.userId)?.name ?? ''] : []),
    device.lastSeenAt ? relativeTime(device.lastSeenAt) : t('settings.never'),
    dateName(device.createdAt),
    el('button.danger', {type: 'button', 'aria-label': t('settings.revokeNamed', {name: device.name}), onclick: () => revoke(app, device)}, t('settings.revoke')),
  ]), {isList: true});
}

function revoke(app, {id, name}) {
  ask({
    title: t('settings.revokeQuestion', {name}), body: [el('p', {}, t('settings.revokeMeans'))], action: t('settings.revoke'), isDangerous: true,
    run: async () => {
      settled(await app.jmap.call('Device/set', {destroy: [id]}), id, 'Device/set');
      await app.records.Device.refresh();
    },
  });
}
