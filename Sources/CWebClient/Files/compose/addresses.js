/** Addresses as people type and paste them: `Ada <ada@example.org>, bob@example.org; …` (RFC 5322 §3.4, forgiving). */

const ADDRESS = /^[^\s@<>(),;:"[\]\\\u0000-\u001f]+@[^\s@<>(),;:"\\\u0000-\u001f]+$/u;

/** Whether mail can be sent to it, as far as its form tells. */
export const isAddress = (text) => text.length <= 320 && ADDRESS.test(text) && !/^\.|\.\.|\.@|@[.-]|[.-]$/.test(text);

/** @param {string} text @returns {Array<{name: string|null, email: string}>} what could not be read is an email that `isAddress` refuses. */
export function parseAddresses(text) {
  return pieces(text).map(parse).filter(({email}) => email !== '');
}

/** Parts between commas, semicolons and line ends, as far as these are not quoted. */
function pieces(text) {
  const found = [''];
  let isQuoted = false;
  let isAngled = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && character === '<') isAngled = true;
    if (!isQuoted && character === '>') isAngled = false;
    if (!isQuoted && !isAngled && /[,;\r\n]/.test(character)) found.push(''); else found[found.length - 1] += character;
  }
  return found.map((piece) => piece.trim()).filter(Boolean);
}

function parse(piece) {
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/s.exec(piece) ?? [null, '', piece];
  const words = name.trim().replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1').trim();
  return {name: words || null, email: email.trim().replace(/^mailto:/i, '')};
}

/** As one writes it. */
export const spelled = ({name, email}) => name && name !== email ? `${/[,;<>@"]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name} <${email}>` : email;

/** What a `mailto:` address asks for (RFC 6068): never more than recipients, a subject, a text and what it answers. */
export function parseMailto(address) {
  const [, path, query] = /^mailto:([^?]*)\??(.*)$/is.exec(address) ?? [null, '', ''];
  const fields = {to: [], cc: [], bcc: [], subject: '', body: '', inReplyTo: null};
  fields.to.push(...path.split(',').flatMap((one) => parseAddresses(decode(one))));
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = decode(pair.slice(0, at)).toLowerCase();
    const value = decode(pair.slice(at + 1));
    if (name === 'to' || name === 'cc' || name === 'bcc') fields[name].push(...parseAddresses(value));
    else if (name === 'subject') fields.subject = value.replace(/[\r\n]+/g, ' ');
    else if (name === 'body') fields.body = value.replace(/\r\n?/g, '\n');
    else if (name === 'in-reply-to') fields.inReplyTo = value.replace(/[<>\s]/g, '') || null;
  }
  return fields;
}

// In a mailto address a plus is a plus (RFC 6068 §5).
function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}
