import {el} from '../core/dom.js';

/**
 * Names that a sender chose: of people, of files, of subjects. They may hold characters that turn the direction of what
 * follows (`invoice<U+202E>fdp.exe` reads as `invoiceexe.pdf`) or that nobody sees; those are shown as escapes.
 */

// C0 and C1 controls, line separators, and Unicode's bidirectional controls (UAX #9). Joiners stay: words need them.
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text with its deceiving characters as `[U+202E]`; tabs and line ends become spaces. */
export function shown(text) {
  return (text ?? '').replace(/[\t\r\n]+/g, ' ').replace(DECEIVING, (character) =>
    `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/** What a person is called: the name, else the address. @param {{name: string|null, email: string}} address */
export const called = (address) => shown(address?.name?.trim() || address?.email || '');

/** A name for eyes, kept apart from the direction of what stands around it. */
export const bdi = (text) => el('bdi', {}, text);

/** Name and address: the address is always there, because the name proves nothing. */
export function person(address) {
  const name = address.name?.trim();
  return name && name !== address.email
    ? el('span.person', {}, bdi(shown(name)), ' ', el('span.address', {dir: 'ltr'}, `<${shown(address.email)}>`))
    : el('span.person', {}, el('span.address', {dir: 'ltr'}, shown(address.email)));
}

/** `a@b.example` for comparing: addresses are told apart by their letters, not by case. */
export const sameAddress = (address) => (address ?? '').trim().toLowerCase();

/** A name for a file that the sender named; never empty, without what file systems take for a path. */
export function fileName(name, fallback = 'file') {
  return shown(name).replace(/[/\\:*?"<>|]/g, '_').replace(/^\.+/, '_').trim().slice(0, 200) || fallback;
}
