/** Pictures drawn here. Each says in words what it shows; a table beneath has the figures. */
import {append, set} from './dom.js';
import {encode} from './qr.js';

const SVG = 'http://www.w3.org/2000/svg';
let count = 0;

/** Makes an SVG element as `el` makes one of HTML. */
export function svg(description, attributes, ...children) {
  const [tag, ...classes] = description.split('.');
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  set(element, attributes);
  append(element, children);
  return element;
}

/**
 * A picture that is read out as its title and description.
 * @param {{title: string, desc: string, width: number, height: number, name?: string}} what `name` is a class.
 */
export function picture({title, desc, width, height, name = 'picture'}, ...children) {
  count += 1;
  const id = `picture${count}`;
  return svg(`svg.${name}`, {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': `${id}t`, 'aria-describedby': `${id}d`},
    svg('title', {id: `${id}t`}, title), svg('desc', {id: `${id}d`}, desc), children);
}

/** The QR code of a text, dark on light in any colours of the page; the text stands beneath it (the caller's matter). */
export function qrPicture(text, title) {
  const rows = encode(text);
  const size = rows.length + 8;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('');
  return picture({title, desc: text, width: size, height: size, name: 'qr'},
    svg('rect', {width: size, height: size, fill: '#fff'}), svg('path', {d: path, fill: '#000', 'shape-rendering': 'crispEdges'}));
}
