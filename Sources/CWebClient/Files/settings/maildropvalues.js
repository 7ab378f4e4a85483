/** Between what a form of a maildrop holds and what Maildrop/set wants. */

/** What a password was given for: whoever changes one of these gives it again (docs/jmap-maildrop.md). */
const GUARDED = ['host', 'port', 'security', 'username', 'certificatePin', 'signIn'];

const orNull = (text) => (text === '' ? null : text);
const seconds = (text) => (text === '' ? null : Number(text));

/** A maildrop of what the form's fields hold; a password only where one was typed. */
export function maildropOf(values) {
  const {name, host, security, username, password, signIn, mailboxId, vanished} = values;
  return {
    name, host, security, username, signIn, mailboxId, vanished,
    port: Number(values.port),
    ...(password && {password}),
    certificatePin: orNull(values.certificatePin.toLowerCase()),
    pollInterval: seconds(values.pollInterval),
    markSeenOlderThan: seconds(values.markSeenOlderThan),
    submission: submissionOf(values),
  };
}

function submissionOf(values) {
  if (!values.submission) return null;
  const of = (name) => values[`submission/${name}`];
  const isOwn = of('signIn') === 'own';
  return {
    host: of('host'), port: Number(of('port')), security: of('security'), signIn: of('signIn'),
    certificatePin: orNull(of('certificatePin').toLowerCase()),
    username: isOwn ? orNull(of('username')) : null,
    ...(isOwn && of('password') && {password: of('password')}),
  };
}

/** The patch that makes `saved` what `wanted` is; empty when it is that already. */
export function patchOf(saved, wanted) {
  const patch = {};
  for (const [name, value] of Object.entries(wanted)) {
    const isOther = name === 'submission' ? !sameSubmission(saved.submission, value) : (saved[name] ?? null) !== value;
    if (isOther && !(saved.signInProvider && GUARDED.includes(name))) patch[name] = value;
  }
  return patch;
}

function sameSubmission(saved, wanted) {
  if (!saved || !wanted) return saved === wanted;
  return !wanted.password && ['host', 'port', 'security', 'signIn', 'username', 'certificatePin']
    .every((name) => (saved[name] ?? null) === (wanted[name] ?? null));
}

/** Whether a patch needs the password again. */
export const wantsPassword = (saved, patch) =>
  Boolean(saved.hasPassword) && !patch.password && GUARDED.some((name) => name in patch);

/**
 * Where mail is sent, for a server that was found: what was named with it, signed in to by the same password, else what is
 * probably right: most providers name the two servers alike. Null where the one that was named takes no password.
 * @param {Object} chosen the server that mail is collected from. @param {Object|null} named the one for sending.
 * @param {string} password what was typed for the provider.
 */
export function sendingOf(chosen, named, password) {
  if (!named) return {host: chosen.host.replace(/^pop3?\./, 'smtp.'), port: 465, security: 'tls', signIn: 'same'};
  if (named.wantsOAuth) return null;
  const {host, port, security, username} = named;
  // Some want the whole address for one and its first half for the other.
  return {host, port, security, ...(username === chosen.username ? {signIn: 'same'} : {signIn: 'own', username, password})};
}
