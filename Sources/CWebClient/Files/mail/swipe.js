const START = 12;
const HOLD = 500;

/**
 * Fingers on the list: with a row that is pushed aside far enough something is done (swipe-choice.js); a long touch chooses
 * it. Scrolling up and down stays the browser's. Everything has its way by toolbar and keys as well.
 *
 * @param {HTMLElement} list
 * @param {{isFor: function('start'|'end'): boolean, rowAt: function(Event): HTMLElement|null, onswipe: function(HTMLElement, 'start'|'end'), onhold: function(HTMLElement)}} does
 *   `start` is towards where lines begin; `isFor` tells whether a side is for anything: else the row stays where it is.
 */
export function swipes(list, {isFor, rowAt, onswipe, onhold}) {
  let touch = null;
  const sideOf = (x) => ((x < 0) !== (getComputedStyle(list).direction === 'rtl') ? 'start' : 'end');

  list.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || !event.isPrimary) return;
    const row = rowAt(event);
    if (!row) return;
    touch = {id: event.pointerId, x: event.clientX, y: event.clientY, row, far: 0, isSwipe: false, hold: setTimeout(() => {
      const {row: held} = touch ?? {};
      cancel();
      if (held) onhold(held);
    }, HOLD)};
  });
  list.addEventListener('pointermove', (event) => {
    if (event.pointerId !== touch?.id) return;
    const x = event.clientX - touch.x;
    const y = event.clientY - touch.y;
    if (!touch.isSwipe) {
      if (Math.hypot(x, y) < START) return;
      clearTimeout(touch.hold);
      if (Math.abs(x) < 1.5 * Math.abs(y) || !isFor(sideOf(x))) return cancel();
      touch.isSwipe = true;
      list.setPointerCapture(touch.id);
    }
    touch.far = x;
    show(touch.row, x);
  });
  list.addEventListener('pointerup', (event) => {
    if (event.pointerId !== touch?.id) return;
    const {row, far, isSwipe} = touch;
    cancel();
    if (!isSwipe) return;
    swallowClick();
    if (Math.abs(far) > Math.min(row.offsetWidth * 0.35, 180) && isFor(sideOf(far))) onswipe(row, sideOf(far));
  });
  list.addEventListener('pointercancel', cancel);

  function show(row, x) {
    const side = x !== 0 && isFor(sideOf(x)) ? sideOf(x) : null;
    row.classList.toggle('is-swiped-start', side === 'start');
    row.classList.toggle('is-swiped-end', side === 'end');
    row.style.setProperty('--swipe', `${side ? x : 0}px`);
  }

  function cancel() {
    if (!touch) return;
    clearTimeout(touch.hold);
    touch.row.classList.remove('is-swiped-start', 'is-swiped-end');
    touch.row.style.removeProperty('--swipe');
    touch = null;
  }

  function swallowClick() {
    const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
    list.addEventListener('click', swallow, {capture: true, once: true});
    setTimeout(() => list.removeEventListener('click', swallow, {capture: true}), 50);
  }
}
