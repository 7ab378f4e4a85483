/** What a letter has beyond its row in a list: read when it is opened, and kept, because it never changes. */

/** The message that a letter forwards, as other mail programs name it too: a draft that is written on knows it by this. */
export const FORWARDS = 'header:X-Forwarded-Message-Id:asMessageIds';

const PROPERTIES = ['id', 'blobId', 'threadId', 'messageId', 'inReplyTo', 'references', 'sender', 'from', 'to', 'cc', 'bcc', 'replyTo', 'subject', 'sentAt',
  'receivedAt', 'size', 'textBody', 'htmlBody', 'attachments', 'bodyValues', 'header:List-Unsubscribe:asURLs', FORWARDS];
const BODY = ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid'];
/** A body longer than this is shown in part; the whole can be downloaded. */
export const LONGEST = 1_000_000;
const KEPT = 60;
const caches = new WeakMap();

export const wanted = {properties: PROPERTIES, bodyProperties: BODY, fetchTextBodyValues: true, fetchHTMLBodyValues: true, maxBodyValueBytes: LONGEST};

/**
 * @param {import('../app/app.js').App} app
 * @param {string} id
 * @returns {Promise<Object>} the email with its bodies; throws when it is there no more.
 */
export function detail(app, id) {
  if (!caches.has(app)) caches.set(app, new Map());
  const cache = caches.get(app);
  const found = cache.get(id) ?? read(app, id);
  cache.delete(id);
  cache.set(id, found);
  found.catch(() => cache.delete(id));
  if (cache.size > KEPT) cache.delete(cache.keys().next().value);
  return found;
}

async function read(app, id) {
  const {list} = await app.jmap.call('Email/get', {ids: [id], ...wanted});
  if (list.length === 0) throw new Error('notFound');
  return list[0];
}

/** An email with its bodies from the first octet to the last: what is written on may not be cut. */
export async function whole(app, id) {
  const {list} = await app.jmap.call('Email/get', {ids: [id], ...wanted, maxBodyValueBytes: 0});
  return list[0] ?? null;
}

/** A message within a message (message/rfc822), which is no email of the account's own. */
export async function attached(app, blobId) {
  const {parsed} = await app.jmap.call('Email/parse', {blobIds: [blobId], ...wanted, properties: PROPERTIES.filter((name) => name !== 'threadId' && name !== 'receivedAt')});
  return parsed?.[blobId] ?? null;
}

/** The text of the body's parts of a type, and whether it is whole. @returns {{text: string, isCut: boolean}|null} */
export function bodyOf(email, type) {
  const parts = (type === 'text/html' ? email.htmlBody : email.textBody).filter((part) => part.type === type && email.bodyValues[part.partId]);
  if (parts.length === 0) return null;
  const values = parts.map(({partId}) => email.bodyValues[partId]);
  return {text: values.map(({value}) => value).join('\n'), isCut: values.some(({isTruncated}) => isTruncated)};
}
