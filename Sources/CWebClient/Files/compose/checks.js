import {t} from '../core/i18n.js';

// What people write who mean to attach something, in the languages that they may write in.
const ATTACHED = /\b(attach(ed|ing|ments?)?|enclosed|anbei|angehängt\w*|anhänge?n?|beigefügt\w*|anlagen?|beiliegend\w*)\b/iu;

/**
 * What somebody may have forgotten: a question each, in words.
 * @param {{subject: string, text: string, fileCount: number}} letter
 * @returns {string[]}
 */
export function forgotten({subject, text, fileCount}) {
  const own = text.split('\n').filter((line) => !line.startsWith('>')).join('\n').split(/^(?:-- |-{5,}.*)$/m)[0];
  return [
    subject.trim() === '' && t('compose.noSubjectYet'),
    fileCount === 0 && ATTACHED.test(own) && t('compose.nothingAttached'),
  ].filter(Boolean);
}
