import {applied, inverse, Records} from './records.js';

/** What a patch says of where an email lies. */
const moves = (patch) => Object.keys(patch).filter((path) => path.split('/')[0] === 'mailboxIds');

/**
 * The emails. Where one lies and until when it is put away hang together (docs/jmap-view.md): what the server makes of a
 * patch of `snoozed` is shown here at once.
 */
export class EmailRecords extends Records {
  #mailboxes;

  /**
   * @param {import('./jmap.js').JMAP} jmap
   * @param {string[]} properties
   * @param {Records} mailboxes
   */
  constructor(jmap, properties, mailboxes) {
    super(jmap, 'Email', properties);
    this.#mailboxes = mailboxes;
  }

  #role(wanted) { return this.#mailboxes.all().find(({role}) => role === wanted)?.id ?? wanted; }

  applied(record, patch) {
    const result = applied(record, this.toSend(patch));
    const was = record.snoozed ?? null;
    if (!('snoozed' in patch)) {
      // Whoever takes it out of where it waits ends it.
      const isOut = was && moves(patch).length > 0 && !(this.#role('snoozed') in result.mailboxIds);
      return isOut ? {...result, snoozed: null} : result;
    }
    if (result.snoozed) {
      const place = this.#role('snoozed');
      const {[place]: _, ...here} = record.mailboxIds ?? {};
      const mailboxIds = result.snoozed.mailboxIds ?? {...was?.mailboxIds, ...here};
      return {...result, snoozed: {...result.snoozed, mailboxIds}, mailboxIds: {[place]: true}};
    }
    if (!was || 'mailboxIds' in patch) return result;
    const back = Object.keys(was.mailboxIds ?? {}).length ? was.mailboxIds : {[this.#role('inbox')]: true};
    return {...result, mailboxIds: {...back}};
  }

  /** What waited comes back to where it waited, until the same time. */
  inverse(record, patch) {
    const back = inverse(record, patch);
    if (!record.snoozed || 'snoozed' in patch || moves(patch).length === 0) return back;
    for (const path of moves(patch)) delete back[path];
    return {...back, snoozed: record.snoozed};
  }

  /** What was put away without a connection until a time that has passed meanwhile is back: unread, where it was. */
  toSend(patch) {
    if (!patch?.snoozed || new Date(patch.snoozed.until) > new Date()) return patch;
    return {...patch, snoozed: null, 'keywords/$seen': null};
  }
}
