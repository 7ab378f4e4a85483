import {el, fill, icon} from '../core/dom.js';
import {Field, Form} from '../core/form.js';
import {t} from '../core/i18n.js';
import {ADMIN, settled} from '../core/jmap.js';
import {qrPicture} from '../core/svg.js';
import {confirmation, ownPasswordIfAsked} from './password.js';
import {facts} from './words.js';

/**
 * A device gets a secret of its own: shown once, with what a mail app asks for.
 *
 * @param {import('../app/app.js').App} app
 * @param {{name?: string, ondone: function(), done: string, beside?: Node[]}} options `done` is what the last button says,
 *   `beside` are buttons for whoever would rather not.
 * @returns {HTMLElement}
 */
export function newDevice(app, {name = '', ondone, done, beside = []}) {
  const element = el('div.new-device');
  const field = new Field('name', t('settings.deviceName'), {value: name, required: true, maxlength: 255, hint: t('settings.deviceNameHint')});
  const asked = ownPasswordIfAsked(app);
  const form = new Form({
    fields: [field, ...asked], action: t('settings.addDevice'), beside,
    run: async (values) => {
      const answer = await app.jmap.call('Device/set', {create: {device: {name: values.name}}, ...confirmation(values)});
      const {secret} = settled(answer, 'device', 'Device/set');
      if (app.records.Device.state !== null) await app.records.Device.refresh({created: true});
      fill(element, secretView(app, values.name, secret), el('div.button-row', {}, el('button.primary', {type: 'button', onclick: ondone}, done)));
      element.querySelector('h2').focus();
    },
  });
  fill(element, form.element);
  return element;
}

function secretView(app, name, secret) {
  const said = el('span', {role: 'status'});
  const copy = el('button', {type: 'button', onclick: async () => {
    fill(said, await copied(secret, code) ? t('settings.copied') : t('settings.copyByHand'));
  }}, t('settings.copy'));
  const code = el('code.secret', {tabindex: '0'}, secret);
  return el('div', {},
    el('h2', {tabindex: '-1'}, t('settings.deviceReady', {name})),
    el('p', {}, icon('key'), ' ', t('settings.secretOnce')),
    el('p.secret-line', {}, code, copy, said), settingsOf(app));
}

/** A page that came in the clear from another machine has no clipboard: then the text is marked, for the keyboard. */
async function copied(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}

/** What mail apps ask for, plainly, and the JMAP address as a picture for a camera. */
function settingsOf(app) {
  const {origin, hostname} = new URL(app.jmap.session.apiUrl, location.href);
  const jmap = `${origin}/.well-known/jmap`;
  const isLoopback = ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
  return [
    isLoopback && el('p.failure', {}, icon('warning'), ' ', t('settings.onlyHere', {host: hostname})),
    el('div.device-settings', {},
      el('section', {}, el('h3', {}, t('settings.jmap')), el('p', {}, t('settings.jmapMeans')),
        facts([[t('settings.address'), el('code', {}, jmap)], [t('settings.loginName'), app.jmap.username], [t('settings.password'), t('settings.theSecret')]]),
        el('figure', {}, qrPicture(jmap, t('settings.qr')), el('figcaption', {}, t('settings.qrIs', {address: jmap})))),
      el('section', {}, el('h3', {}, t('settings.pop3')), pop3Of(app, hostname))),
  ];
}

/** What older apps ask for; in words where the server has no POP3. */
function pop3Of(app, hostname) {
  const pop3 = app.jmap.capability(ADMIN)?.pop3;
  if (!pop3) return el('p', {}, t('settings.pop3Off'));
  return [
    el('p', {}, t('settings.pop3Means')),
    facts([
      [t('settings.host'), pop3.host || hostname], [t('settings.port'), String(pop3.port)], [t('settings.security'), t(`settings.security.${pop3.security}`)],
      [t('settings.loginName'), app.jmap.username], [t('settings.password'), t('settings.theSecret')],
    ]),
    pop3.security === 'plain' && el('p.hint', {}, icon('warning'), ' ', t('settings.pop3Unencrypted')),
  ];
}
