import {App} from './app/app.js';
import {catalogue, markDocument} from './core/i18n.js';

markDocument();
// In a turn of its own: a browser that notes where requests come from would read the whole module again for the first.
Promise.resolve().then(() => new App(document.body).start(catalogue('core')));
