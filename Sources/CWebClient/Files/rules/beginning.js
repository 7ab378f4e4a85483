import {sameAddress} from '../letter/names.js';
import {openRule} from './dialog.js';
import {LIST, listIdOf} from './lists.js';

/**
 * Offers a rule for mail like one email: of its list, where it came by one, else of its sender.
 * @param {import('../app/app.js').App} app @param {string} id of the email.
 */
export async function ruleFrom(app, id) {
  const {list: [email]} = await app.jmap.call('Email/get', {ids: [id], properties: ['from', 'subject', LIST]});
  if (!email) return;
  const [listId, from] = [listIdOf(email[LIST]), sameAddress(email.from?.[0]?.email)];
  const conditions = listId ? {listId} : from.includes('@') ? {from} : {subject: email.subject ?? ''};
  await openRule(app, {conditions, actions: {}}, {from, listId});
}
