/**
 * Keeps the client's files, so that the page opens without a connection. Mail is not here: it is in IndexedDB, where
 * signing out finds it (offline/database.js). Whatever is no file of the client's goes to the network untouched.
 *
 * It also shows what came while no page is open, where somebody asked for that (offline/push.js).
 */

const BASE = '{{base}}';
const FILES = JSON.parse('{{files}}');
const CACHE = `restante ${BASE}`;
const PAGE = new URL('./', self.location).pathname;
/** How long the network may take for the page, before the kept one is shown. */
const PATIENCE = 3000;

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('push', (event) => event.waitUntil(pushed(event.data)));
self.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event.notification)));
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (event.request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(event.request));
  else if (url.pathname.startsWith(`${BASE}/`)) event.respondWith(file(event.request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  const named = new Set(['index.html', 'sw.js', 'manifest.webmanifest']);
  const page = await fetch(PAGE, {headers: {Accept: 'text/html'}, cache: 'no-cache'});
  if (!page.ok) throw new Error(`HTTP ${page.status}`);
  await cache.put(PAGE, page);
  await cache.addAll(FILES.filter((path) => !named.has(path)).map((path) => `${BASE}/${path}`));
  await self.skipWaiting();
}

/** An older version's files go, but for the last one's: a tab may still show it. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith('restante ') && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
  // A page of another version says so, and goes on as it is until somebody has it loaded anew.
  for (const client of await self.clients.matchAll({type: 'window'})) client.postMessage({version: BASE});
}

async function page(request) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(request, {signal: abort.signal});
    // A proxy that says its server is away is as good as no answer.
    if (answer.status < 502) return answer;
  } catch {
    // Kept below.
  } finally {
    clearTimeout(timer);
  }
  return (await caches.match(PAGE, {cacheName: CACHE})) ?? Response.error();
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

const MAIL = 'urn:ietf:params:jmap:mail';
const USING = ['urn:ietf:params:jmap:core', MAIL];

/** What the server says over the push service (RFC 8620 §7.1, §7.2.2): a code to be shown to it, or that mail came. */
async function pushed(data) {
  let message = {};
  try { message = data.json(); } catch { /* Nothing that is known. */ }
  if (message['@type'] === 'PushVerification') {
    const {pushSubscriptionId, verificationCode} = message;
    await jmap([['PushSubscription/set', {update: {[pushSubscriptionId]: {verificationCode}}}, '0']]);
  } else if (message['@type'] === 'StateChange') {
    await showNewest();
  }
}

async function jmap(methodCalls) {
  const headers = {'Content-Type': 'application/json'};
  const answer = await fetch(`${PAGE}jmap/api`, {method: 'POST', headers, body: JSON.stringify({using: USING, methodCalls})});
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return (await answer.json()).methodResponses.map(([, result]) => result);
}

/** Shows the newest unread letter of the Inbox. A page that is seen tells of it itself. */
async function showNewest() {
  const pages = await self.clients.matchAll({type: 'window', includeUncontrolled: true});
  if (pages.some(({visibilityState}) => visibilityState === 'visible')) return;
  const words = await catalogue();
  const found = await newest().catch(() => null);
  const sender = plain(found?.email.from?.[0]?.name || found?.email.from?.[0]?.email);
  // A rule filed away what came: the letter that was shown last is shown once more, without a sound.
  const isNews = Boolean(found) && await shownLast(`${found.accountId} ${found.email.id}`);
  // Browsers want something shown for every push, also where the letter was read elsewhere meanwhile.
  await self.registration.showNotification(sender ? words.newMailFrom.replace('{name}', () => sender) : words.newMail, {
    body: plain(found?.email.subject), tag: 'mail', icon: `${BASE}/favicon.svg`, silent: !sender || !isNews,
    data: found && {path: `#/mail/${encodeURIComponent(found.inbox)}/${encodeURIComponent(found.email.threadId)}`},
  });
}

async function newest() {
  const session = await (await fetch(`${PAGE}jmap/session`)).json();
  const accountId = session.primaryAccounts[MAIL];
  const [{ids: [inbox]}] = await jmap([['Mailbox/query', {accountId, filter: {role: 'inbox'}}, '0']]);
  const [, {list: [email]}] = await jmap([
    ['Email/query', {accountId, filter: {inMailbox: inbox, notKeyword: '$seen'}, sort: [{property: 'receivedAt', isAscending: false}], limit: 1}, '0'],
    ['Email/get', {accountId, '#ids': {resultOf: '0', name: 'Email/query', path: '/ids'}, properties: ['threadId', 'from', 'subject']}, '1'],
  ]);
  return email ? {accountId, inbox, email} : null;
}

/** Notes which letter is shown. @returns {Promise<boolean>} whether it is another one than the last time. */
async function shownLast(name) {
  const cache = await caches.open('restante-shown');
  const before = await (await cache.match('letter'))?.text();
  if (before === name) return false;
  await cache.put('letter', new Response(name));
  return true;
}

/** The words, in the browser's language: which one somebody chose in the page is not known here. */
async function catalogue() {
  const language = self.navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => ['en', 'de'].includes(tag)) ?? 'en';
  return (await file(new Request(`${BASE}/locales/${language}/core.json`))).json();
}

/** Without what turns the direction of a text, or hides it. */
const plain = (text) => (text ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, ' ').trim().slice(0, 200);

async function clicked(notification) {
  notification.close();
  const address = new URL(`${PAGE}${notification.data?.path ?? ''}`, self.location).href;
  const [page] = await self.clients.matchAll({type: 'window'});
  if (!page) return void (await self.clients.openWindow(address));
  await page.focus();
  await page.navigate(address);
}
