const START = 12;
const HOLD = 500;

/**
 * Fingers on the list: a row that is pushed aside far enough is archived or marked; a long touch chooses it. Scrolling up
 * and down stays the browser's. Everything has its way by toolbar and keys as well.
 *
 * @param {HTMLElement} list
 * @param {{rowAt: function(Event): HTMLElement|null, onswipe: function(HTMLElement, 'start'|'end'), onhold: function(HTMLElement)}} does
 *   `start` is towards where lines begin.
 */
export function swipes(list, {rowAt, onswipe, onhold}) {
  let touch = null;
  const isRTL = () => getComputedStyle(list).direction === 'rtl';

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
      if (Math.abs(x) < 1.5 * Math.abs(y)) return cancel();
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
    if (Math.abs(far) > Math.min(row.offsetWidth * 0.35, 180)) onswipe(row, (far < 0) !== isRTL() ? 'start' : 'end');
  });
  list.addEventListener('pointercancel', cancel);

  function show(row, x) {
    row.classList.toggle('is-swiped-start', (x < 0) !== isRTL() && x !== 0);
    row.classList.toggle('is-swiped-end', (x > 0) !== isRTL() && x !== 0);
    row.style.setProperty('--swipe', `${x}px`);
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
