import {settled, Unreachable} from './jmap.js';

const ENDED = ['done', 'failed'];
/** Milliseconds after which one looks without having been told: the event source may be between two connections. */
const LOOK = 2000;
/** So often one looks in vain before one gives up: the job goes on meanwhile. */
const TRIES = 30;

/**
 * Has the server do something now (a MaildropJob) and follows it.
 *
 * @param {import('../app/app.js').App} app
 * @param {Object} job what is created: `{type: 'poll', maildropId}` and the like.
 * @param {{onprogress?: function(Object), signal?: AbortSignal}} [options] `onprogress` is given the job each time it is seen.
 * @returns {Promise<Object>} the job when it has ended; throws MethodError when it could not begin, AbortError after `signal`.
 */
export async function run(app, job, {onprogress, signal} = {}) {
  const {id} = settled(await app.jmap.call('MaildropJob/set', {create: {job}}), 'job', 'MaildropJob/set');
  const news = new News(app);
  signal?.addEventListener('abort', news.stir, {once: true});
  try {
    for (let tries = 0; ; tries += 1) {
      signal?.throwIfAborted();
      const heard = news.next();
      const seen = await look(app, id, tries);
      if (seen === null) {
        await heard;
        continue;
      }
      tries = 0;
      // The server was restarted and knows nothing of it any more.
      if (!seen) return {...job, state: 'failed', succeeded: false, error: {type: 'interrupted', description: ''}};
      onprogress?.(seen);
      if (ENDED.includes(seen.state)) return seen;
      await heard;
    }
  } finally {
    news.close();
  }
}

/** The job as it is; undefined when the server knows nothing of it, null when the server could not be asked just now. */
async function look(app, id, tries) {
  try {
    return (await app.jmap.call('MaildropJob/get', {ids: [id]})).list[0];
  } catch (error) {
    if (!(error instanceof Unreachable) || tries >= TRIES) throw error;
    return null;
  }
}

/** Waits for word of jobs, and not for ever. */
class News {
  #wake = () => {};
  #timer = 0;
  stir = () => this.#wake();

  constructor(app) {
    this.close = app.onState((changed) => { if ('MaildropJob' in changed) this.stir(); });
  }

  next() {
    return new Promise((resolve) => {
      this.#timer = setTimeout(resolve, LOOK);
      this.#wake = () => {
        clearTimeout(this.#timer);
        resolve();
      };
    });
  }
}
