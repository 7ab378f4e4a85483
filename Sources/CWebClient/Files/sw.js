/**
 * Keeps the client's files, so that the page opens without a connection. Mail is not here: it is in IndexedDB, where
 * signing out finds it (offline/database.js). Whatever is no file of the client's goes to the network untouched.
 */

const BASE = '{{base}}';
const FILES = JSON.parse('{{files}}');
const CACHE = `restante ${BASE}`;
const PAGE = new URL('./', self.location).pathname;
/** How long the network may take for the page, before the kept one is shown. */
const PATIENCE = 3000;

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
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
