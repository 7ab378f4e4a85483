import {App} from './app/app.js';
import {catalogue, markDocument} from './core/i18n.js';

markDocument();
await catalogue('core');
new App(document.body).start();
