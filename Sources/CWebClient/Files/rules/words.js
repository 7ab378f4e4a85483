import {language, t} from '../core/i18n.js';
import {displayName} from '../mail/folders.js';
import {labelName} from '../mail/labels.js';
import {shown} from '../letter/names.js';
import {isLabel} from '../search/keyword.js';

/** A rule in a sentence: what mail it is about, and what becomes of it. */

const isolated = (text) => `\u2068${shown(text)}\u2069`;

/** An address, or everybody of a domain. */
const whom = (value, one, all) => (value.startsWith('@') ? t(all, {value: isolated(value.slice(1))}) : t(one, {value: isolated(value)}));

/** The conditions, each in words. */
function conditions(app, {from, to, subject, listId, maildropId}) {
  return [
    from && whom(from, 'rules.if.from', 'rules.if.fromDomain'),
    to && whom(to, 'rules.if.to', 'rules.if.toDomain'),
    listId && t('rules.if.list', {value: isolated(listId)}),
    subject && t('rules.if.subject', {value: isolated(subject)}),
    maildropId && t('rules.if.maildrop', {value: isolated(app.records.Maildrop.get(maildropId)?.name ?? t('rules.removedMaildrop'))}),
  ].filter(Boolean);
}

function actions(app, {mailboxId, keywords = {}, isJunk}) {
  const mailbox = app.records.Mailbox.get(mailboxId);
  return [
    mailbox && t('rules.then.move', {value: isolated(displayName(mailbox))}),
    isJunk && t('rules.then.junk'),
    keywords.$seen && t('rules.then.read'),
    keywords.$flagged && t('rules.then.star'),
    ...Object.keys(keywords).filter((keyword) => !['$seen', '$flagged'].includes(keyword)).sort()
      .map((keyword) => t('rules.then.label', {value: isolated(isLabel(keyword) ? labelName(keyword) : keyword)})),
  ].filter(Boolean);
}

/**
 * @param {import('../app/app.js').App} app
 * @param {{conditions: Object, actions: Object, stops: boolean}} rule as the server has it, or as it is about to be.
 * @returns {string} empty while it says nothing yet.
 */
export function sentence(app, rule) {
  const list = new Intl.ListFormat(language, {type: 'conjunction'});
  const [found, done] = [conditions(app, rule.conditions), actions(app, rule.actions)];
  if (found.length === 0) return '';
  const text = done.length ? t('rules.sentence', {conditions: list.format(found), actions: list.format(done)})
    : t('rules.sentenceNothing', {conditions: list.format(found)});
  return rule.stops ? `${text} ${t('rules.then.stop')}` : text;
}

/** Why a rule can't do all that it says; null when it can. */
export const trouble = ({problem}) => (problem ? t(`rules.problem.${problem}`) : null);
