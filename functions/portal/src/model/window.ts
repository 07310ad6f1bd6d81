/** The rows of a list that are in view, and the place where each is drawn. */

const beyond = 8; // rows drawn out of sight at either edge
const step = 4; // the window moves in steps, so that most scroll events change nothing

export interface Window {
  first: number;
  last: number; // the row after the last
}

/** The largest number of rows in view, so that a list reuses its elements: row i takes the element of row i - slots. */
export const slotsOf = (viewHeight: number, rowHeight: number): number => Math.ceil(viewHeight / rowHeight) + 2 * beyond + step;

export function windowOf(top: number, viewHeight: number, rowHeight: number, count: number): Window {
  const slots = slotsOf(viewHeight, rowHeight);
  const first = Math.floor((top / rowHeight - beyond) / step) * step;
  const start = Math.max(0, Math.min(first, count - slots));
  return { first: start, last: Math.min(count, start + slots) };
}

/** The greatest height of an element; browsers cut off higher ones (Firefox at 17.9 million pixels). */
export const tallest = 10_000_000;

/**
 * The position of a list whose rows together may be higher than any element: the
 * list's own top, and the top of the element that scrolls. A small movement of the
 * element moves the list by the same distance. A long movement, by the scrollbar,
 * goes to the same share of the list.
 */
export interface Place {
  top: number; // of the list
  scrollTop: number; // of the element
}

/** The place after the element scrolled. `full` is how far the list can scroll, `drawn` how far the element can. */
export function moved({ top, scrollTop }: Place, to: number, viewHeight: number, full: number, drawn: number): Place {
  const by = to - scrollTop;
  const dragged = Math.abs(by) > 2 * viewHeight || to <= 0 || to >= drawn;
  const next = full <= drawn ? to : dragged ? Math.round((to / drawn) * full) : top + by;
  return { top: Math.max(0, Math.min(next, full)), scrollTop: to };
}

/** The scroll position of the element at which the list shows top. */
export const scrollTopFor = (top: number, full: number, drawn: number): number => (full <= drawn ? top : Math.round((top / full) * drawn));
