/**
 * Which page is shown: the address's fragment, `#/mail/inbox/e12?view=…`. It is never sent to the server, so nothing that
 * is looked at stands in a log.
 */
export class Router extends EventTarget {
  constructor() {
    super();
    addEventListener('hashchange', () => this.dispatchEvent(new Event('change')));
  }

  /** The path's parts, decoded, and the parameters behind `?`. @returns {{path: string[], query: URLSearchParams}} */
  get place() { return parse(location.hash); }

  /** Goes to a place; `query` are the parameters behind `?`, `replace` leaves no trace in the history. */
  go(path, {query = {}, replace = false} = {}) {
    const url = address(path, query);
    if (url === location.hash) return;
    if (replace) {
      history.replaceState(null, '', url);
      this.dispatchEvent(new Event('change'));
    } else {
      location.hash = url;
    }
  }
}

/** The fragment of a path given by its parts: `address(['mail', id])`. */
export function address(path, query = {}) {
  const parameters = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${parameters ? `?${parameters}` : ''}`;
}

function parse(fragment) {
  const [path, query] = fragment.replace(/^#\/?/, '').split('?');
  return {path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query)};
}

function decode(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}
