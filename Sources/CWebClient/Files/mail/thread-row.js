import {shortDate, t} from '../core/i18n.js';
import {called, shown} from '../letter/names.js';
import {labelColour, labelName, labelsOf} from './labels.js';
import {untilDate} from './snooze.js';

/**
 * What a row says of a conversation, from the records that are here.
 * @param {import('../app/app.js').App} app
 * @param {import('./view.js').View} view
 * @param {string} emailId the email that stands for it in the list.
 * @returns {Object|null} null when its records are not here.
 */
export function summary(app, view, emailId) {
  const email = app.records.Email.get(emailId);
  if (!email) return null;
  const members = membersOf(app, view, email);
  const isOut = view.role === 'sent' || view.role === 'drafts';
  const newest = members.at(-1) ?? email;
  const until = view.role === 'snoozed' && members.map(({snoozed}) => snoozed?.until).filter(Boolean).sort()[0];
  return {
    key: email.threadId, emailId,
    people: isOut ? t('mail.toWhom', {names: names(members.flatMap(({to}) => to ?? []))}) : names(members.flatMap(({from}) => from ?? [])),
    count: members.length,
    subject: shown(email.subject) || t('mail.noSubject'), preview: shown(newest.preview), date: until ? t('mail.comesBack', {until: untilDate(until)}) : shortDate(email.receivedAt), receivedAt: email.receivedAt,
    isUnread: members.some(({keywords}) => !keywords.$seen), isFlagged: members.some(({keywords}) => keywords.$flagged),
    isAnswered: members.some(({keywords}) => keywords.$answered), hasAttachment: members.some(({hasAttachment}) => hasAttachment),
    labels: labelsOf(Object.assign({}, ...members.map(({keywords}) => keywords))).map((keyword) => ({name: labelName(keyword), colour: labelColour(keyword)})),
  };
}

/** The emails of a conversation that count in a view, the oldest first. */
export function membersOf(app, view, email) {
  const ids = app.records.Thread.get(email.threadId)?.emailIds ?? [email.id];
  const members = ids.map((id) => app.records.Email.get(id)).filter((other) => other && view.counts(other));
  return members.length ? members : [email];
}

/** The emails that moving a conversation takes along: in a folder those that lie there, else all but one's own. */
export function moved(app, view, email) {
  const members = membersOf(app, view, email);
  const here = view.mailbox ? members.filter(({mailboxIds}) => view.place in mailboxIds) : members.filter(({mailboxIds, keywords}) => !keywords.$draft && !isOwn(app, mailboxIds));
  return here.length ? here : [email];
}

function isOwn(app, mailboxIds) {
  return Object.keys(mailboxIds).every((id) => app.records.Mailbox.get(id)?.role === 'sent');
}

/** Who it is from, each once: one by the whole name, several by their first. */
function names(addresses) {
  const people = [...new Map(addresses.map((address) => [address.email?.toLowerCase(), address])).values()];
  if (people.length === 0) return t('mail.nobody');
  if (people.length === 1) return nameOf(people[0]);
  const some = people.slice(0, 3).map((person) => first(nameOf(person)));
  return people.length > 3 ? `${some.join(', ')} …` : some.join(', ');
}

const nameOf = (address) => called(address) || t('mail.nobody');

/** What follows a comma without being a given name. */
const SUFFIX = /^(jr|sr|ph\.?d|m\.?d|esq|[ivx]+)\.?$/i;

function first(name) {
  if (name.includes('@')) return name.split('@')[0];
  const [family, given] = name.split(', ');
  return (given && !SUFFIX.test(given) ? given : family.split(' ')[0]) || name;
}

/** What is read out for a row. */
export function spoken(row) {
  return [
    row.isUnread && t('mail.unread'), row.isFlagged && t('mail.starred'), row.people,
    row.count > 1 && t('mail.messages', {count: row.count}), row.subject, row.date, row.hasAttachment && t('mail.hasAttachment'), row.labels.length > 0 && t('mail.labelled', {names: row.labels.map(({name}) => name).join(', ')}),
  ].filter(Boolean).join(', ');
}
