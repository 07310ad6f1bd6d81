/** Which rows of a long list are in sight, and some beyond either edge. */
const beyond = 10;
const step = 5; // the window moves in steps, so that most scroll events change nothing

export function windowOf(scrollTop: number, viewHeight: number, rowHeight: number, count: number): { first: number; last: number } {
  const first = Math.floor((scrollTop / rowHeight - beyond) / step) * step;
  const last = Math.ceil(((scrollTop + viewHeight) / rowHeight + beyond) / step) * step;
  return { first: Math.max(0, Math.min(first, count)), last: Math.min(count, Math.max(last, 0)) };
}
