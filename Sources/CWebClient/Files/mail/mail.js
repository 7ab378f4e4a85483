import {el} from '../core/dom.js';
export async function open(app) { return el('p', {}, `${app.records.Mailbox.all().length} folders`); }
