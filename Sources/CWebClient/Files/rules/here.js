import {byRole} from '../mail/folders.js';
import {changeAll} from '../mail/bulk.js';
import {keywordPath, judged, placing} from '../mail/actions.js';
import {sameAddress} from '../letter/names.js';
import {LIST, listIdOf} from './lists.js';

/**
 * Does what a rule says to mail that is in the Inbox already: found by a search, of which each email is held against the
 * conditions once more, because words are found in more than what is meant.
 */
export async function changeThoseHere(app, {conditions, actions}) {
  const {from, to, subject, listId, maildropId} = conditions;
  const filters = [
    {inMailbox: byRole(app, 'inbox').id},
    from && {from: words(from)},
    to && {operator: 'OR', conditions: [{to: words(to)}, {cc: words(to)}]},
    subject && {subject: `"${subject.replaceAll('"', ' ')}"`},
    listId && {header: ['List-Id', listId]},
    maildropId && {maildropId},
  ].filter(Boolean);
  const holds = (email) => (!from || meant(email.from, from))
    && (!to || meant([...(email.to ?? []), ...(email.cc ?? [])], to))
    && (!subject || plain(email.subject).includes(plain(subject)))
    && (!listId || listIdOf(email[LIST]) === listIdOf(listId));
  const properties = [from && 'from', to && 'to', to && 'cc', subject && 'subject', listId && LIST].filter(Boolean);
  const filter = {operator: 'AND', conditions: filters};
  await changeAll(app, {filter, properties, holds}, patchOf(app, actions), 'rules.didHere');
}

/** What a rule's actions are for an email that is here. */
function patchOf(app, {mailboxId, isJunk, keywords}) {
  const junk = isJunk && byRole(app, 'junk');
  const place = mailboxId ? placing(mailboxId) : junk ? placing(junk.id) : {};
  return {...Object.fromEntries(Object.keys(keywords).map((keyword) => [keywordPath(keyword), true])), ...(isJunk ? judged(true) : {}), ...place};
}

/** An address as words beside each other. */
const words = (address) => `"${address.replace(/^@/, '').replaceAll('"', ' ')}"`;

const plain = (text) => (text ?? '').normalize('NFKC').replace(/\s+/g, ' ').toLowerCase();

/** As the server compares: `@domain` is everybody there. */
function meant(addresses, wanted) {
  const key = sameAddress(wanted);
  return (addresses ?? []).some(({email}) => (key.startsWith('@') ? sameAddress(email).endsWith(key) : sameAddress(email) === key));
}
