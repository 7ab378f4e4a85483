/**
 * Labels are keywords (RFC 8621 §4.1.1) that people gave names: every device of theirs sees them. A keyword has few characters
 * and no case, so a name is written in it as encoded words write theirs (RFC 2047 §4.2): `für oma` is `f=c3=bcr_oma`.
 */

/** Keywords that programs set and nobody named. */
const OF_PROGRAMS = new Set(['junk', 'nonjunk', 'notjunk', 'forwarded', 'mdnsent', 'seen', 'answered', 'flagged', 'draft', 'deleted', 'recent', 'unwanted']);
const LONGEST = 200;

/** Whether a keyword is a label: those that begin with `$` or a backslash have meanings of their own. */
export const isLabel = (keyword) => !/^[$\\]/.test(keyword) && !OF_PROGRAMS.has(keyword);

/** The keyword for a name that somebody wrote; null when nothing is left of it, or it is too long or a program's. */
export function keywordOf(name) {
  const plain = name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
  const keyword = [...new TextEncoder().encode(plain)].map((octet) => {
    const character = String.fromCharCode(octet);
    if (character === ' ') return '_';
    return /[a-z0-9.,:;!?@#&+-]/.test(character) ? character : `=${octet.toString(16).padStart(2, '0')}`;
  }).join('');
  return keyword !== '' && keyword.length <= LONGEST && isLabel(keyword) ? keyword : null;
}

/** What a keyword is called; one that another program made, which is no encoded name, as it is. */
export function nameOfKeyword(keyword) {
  const spaced = keyword.replaceAll('_', ' ');
  let name;
  try { name = decodeURIComponent(spaced.replaceAll('%', '%25').replace(/=([0-9a-f]{2})/gi, '%$1')); } catch { name = spaced; }
  const [first = '', ...rest] = name;
  return first.toLocaleUpperCase() + rest.join('');
}
