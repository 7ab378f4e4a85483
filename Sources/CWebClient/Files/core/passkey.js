/** Passkeys (W3C Web Authentication): a browser makes them and signs in with them; the server's JSON there and back. */

/** Whether there are passkeys for this very page: the browser has them, and the server says so of this origin. */
export async function hasPasskeys(jmap) {
  if (!isSecureContext || typeof PublicKeyCredential !== 'function' || !navigator.credentials) return false;
  return await jmap.passkeyOrigin() === location.origin;
}

/**
 * Has the browser ask which passkey to sign in with, and who is there.
 * @param {Object} options PublicKeyCredentialRequestOptionsJSON.
 * @returns {Promise<Object>} what the server is told.
 */
export async function askForPasskey(options) {
  const {rawId, response} = await navigator.credentials.get({publicKey: {...options, challenge: octets(options.challenge)}});
  return {
    id: text(rawId),
    response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
      signature: text(response.signature), userHandle: text(response.userHandle),
    },
  };
}

/**
 * Has the browser make a passkey.
 * @param {Object} options PublicKeyCredentialCreationOptionsJSON.
 * @returns {Promise<Object>} what the server is told.
 */
export async function makePasskey(options) {
  const {response} = await navigator.credentials.create({publicKey: {
    ...options, challenge: octets(options.challenge), user: {...options.user, id: octets(options.user.id)},
    excludeCredentials: options.excludeCredentials.map((known) => ({...known, id: octets(known.id)})),
  }});
  return {clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject)};
}

/** Whether the browser, or who sits before it, would not: it does not tell which. */
export const isDeclined = (error) => error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name);

/** RFC 4648 §5, without padding. */
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer ?? []))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const octets = (encoded) => Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
