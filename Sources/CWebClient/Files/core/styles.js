import {BASE} from './dom.js';

/** Style sheets that come with what they are for, in the order in which they hold whichever comes first. */
const ORDER = ['letter', 'settings'];
const loading = new Map();

/** Loads style sheets of what is about to be shown (`style/<name>.css`); those that every page needs stand in index.html. */
export function styles(...names) {
  return Promise.all(names.map((name) => {
    if (!loading.has(name)) loading.set(name, load(name));
    return loading.get(name);
  }));
}

function load(name) {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `${BASE}/style/${name}.css`;
    link.dataset.name = name;
    link.onload = () => resolve();
    link.onerror = () => {
      loading.delete(name);
      link.remove();
      reject(new TypeError(`${name}.css`));
    };
    const later = ORDER.slice(ORDER.indexOf(name) + 1).map((other) => document.head.querySelector(`link[data-name=${other}]`));
    document.head.insertBefore(link, later.find(Boolean) ?? null);
  });
}
