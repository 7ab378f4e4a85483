import {t} from '../core/i18n.js';
import {MethodError} from '../core/jmap.js';
import {shown} from '../letter/names.js';
import {place} from './places.js';

/** So long a letter waits here after "send", for those who think better of it; in seconds. */
export const GRACE = 10;

/**
 * Sends a draft (RFC 8621 §7.5). It waits `delay` seconds at the server and is in the folder for what was sent from now on.
 * @param {{emailId: string, identity: Object, recipients: Object[], delay: number}} letter
 * @returns {Promise<string>} the submission's id; throws MethodError.
 */
export async function send(app, {emailId, identity, recipients, delay}) {
  const [drafts, sent] = await Promise.all([place(app, 'drafts'), place(app, 'sent')]);
  const answer = await app.jmap.call('EmailSubmission/set', {
    create: {letter: {
      identityId: identity.id, emailId,
      envelope: {
        mailFrom: {email: identity.email, parameters: {HOLDFOR: String(Math.ceil(delay))}},
        rcptTo: [...new Set(recipients.map(({email}) => email))].map((email) => ({email, parameters: null})),
      },
    }},
    onSuccessUpdateEmail: {'#letter': {[`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null, 'keywords/$seen': true}},
  });
  const error = answer.notCreated?.letter;
  if (error) throw new MethodError(error, 'EmailSubmission/set');
  return answer.created.letter.id;
}

/** Takes a letter back that waits still, and makes it a draft again. Throws when it has gone already. */
export async function takeBack(app, submissionId, emailId) {
  const [drafts, sent] = await Promise.all([place(app, 'drafts'), place(app, 'sent')]);
  const answer = await app.jmap.call('EmailSubmission/set', {update: {[submissionId]: {undoStatus: 'canceled'}}});
  if (answer.notUpdated?.[submissionId]) throw new Error(t('compose.tooLateToUndo'));
  await app.changes.update('Email', {[emailId]: {[`mailboxIds/${sent}`]: null, [`mailboxIds/${drafts}`]: true, 'keywords/$draft': true}}).done;
}

/** Why a letter was not sent, in words that say what to do. @param {Error} error */
export function whyNot(error) {
  switch (error.type) {
    case 'forbiddenToSend': return t('compose.forbiddenToSend');
    case 'forbiddenFrom':
    case 'forbiddenMailFrom': return t('compose.forbiddenFrom');
    case 'invalidRecipients': return t('compose.invalidRecipients', {addresses: shown((error.error.invalidRecipients ?? []).join(', '))});
    case 'noRecipients': return t('compose.noRecipients');
    case 'tooManyRecipients': return t('compose.tooManyRecipients', {count: error.error.maxRecipients ?? 0});
    case 'tooLarge': return t('compose.tooLarge');
    case 'overQuota': return t('compose.tooManyWait');
    default: return t('compose.notSent', {reason: error.message});
  }
}
