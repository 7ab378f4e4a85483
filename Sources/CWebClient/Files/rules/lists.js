/** Which mailing list a letter came by. */

/** The field that says so, as JMAP is asked for it. */
export const LIST = 'header:List-Id:asText';

/** The identifier in a List-Id field (RFC 2919); null for none. @param {string|null|undefined} value */
export function listIdOf(value) {
  const id = (value?.match(/.*<([^<>]*)>/s)?.[1] ?? value ?? '').replace(/\s+/g, '').toLowerCase();
  return id || null;
}
