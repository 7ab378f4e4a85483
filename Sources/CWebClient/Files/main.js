import {App} from './app/app.js';
import {catalogue, markDocument} from './core/i18n.js';

markDocument();
new App(document.body).start(catalogue('core'));
