import {settled, WEBPUSH} from '../core/jmap.js';
import {remember, remembered} from '../core/stored.js';

/**
 * News while no page is open (RFC 8620 §7.2): the browser's push service wakes the service worker (sw.js), which asks the
 * server what came and shows it. The push service learns when something came, not what; off unless somebody asks for it.
 */

const NAME = 'push';
/** New mail alone wakes a browser, not what other devices do. */
const TYPES = ['EmailDelivery'];
/** Counts what was asked for: the last holds. */
let turn = 0;

/** Somebody, or a rule of the browser's, does not want notifications of this page. */
export class NotAllowed extends Error {}

/** Whether server and browser can do it: not for a page that came in the clear from another machine. */
export const canPush = (app) => Boolean(keyOf(app) && navigator.serviceWorker && window.PushManager && window.Notification);

export const isPushOn = () => remembered(NAME, null) !== null;

const keyOf = (app) => app.jmap.session.capabilities[WEBPUSH]?.applicationServerKey;

/** Asks for leave, subscribes at the browser's push service and tells the server where. */
export async function startPush(app) {
  const mine = turn += 1;
  if (await Notification.requestPermission() !== 'granted') throw new NotAllowed();
  const {pushManager} = await navigator.serviceWorker.ready;
  // One that was made with another key can't be used.
  await (await pushManager.getSubscription())?.unsubscribe();
  const subscription = await pushManager.subscribe({userVisibleOnly: true, applicationServerKey: keyOf(app)});
  try {
    const {endpoint, keys} = subscription.toJSON();
    const create = {push: {deviceClientId: deviceId(), url: endpoint, keys: {p256dh: keys.p256dh, auth: keys.auth}, types: TYPES}};
    const before = remembered(NAME, null)?.id;
    const answer = await app.jmap.call('PushSubscription/set', {create, ...(before && {destroy: [before]})});
    const {id} = settled(answer, 'push', 'PushSubscription/set');
    if (mine === turn) return remember(NAME, {id});
    // A push service may take its time: meanwhile somebody thought better of it.
    await app.jmap.call('PushSubscription/set', {destroy: [id]});
    return void (await subscription.unsubscribe());
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

/** Ends it at both. What the server can't be told it finds out: the push service knows nothing of the address any more. */
export async function stopPush(app) {
  turn += 1;
  const {id} = remembered(NAME, {});
  remember(NAME, null);
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  if (id) await app.jmap.call('PushSubscription/set', {destroy: [id]});
}

/** Sees to it that what was asked for still holds: servers and push services let subscriptions end. */
export async function keepPush(app) {
  if (!isPushOn() || !canPush(app) || Notification.permission !== 'granted') return;
  const {id} = remembered(NAME, {});
  const {pushManager} = await navigator.serviceWorker.ready;
  const [subscription, {list}] = await Promise.all([pushManager.getSubscription(), app.jmap.call('PushSubscription/get', {ids: [id]})]);
  if (!subscription || list.length === 0) await startPush(app);
  else await app.jmap.call('PushSubscription/set', {update: {[id]: {expires: null}}});
}

/** The server tells one browser from another by it, and nothing else. */
const deviceId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((octet) => octet.toString(16).padStart(2, '0')).join('');
