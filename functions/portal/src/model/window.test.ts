import { expect, it } from "vitest";
import { moved, scrollTopFor, slotsOf, windowOf } from "./window";

it("holds every row in sight, and few others, wherever one scrolls", () => {
  const [rowHeight, viewHeight, count] = [44, 500, 10_000];
  for (let top = 0; top <= count * rowHeight - viewHeight; top += 37) {
    const { first, last } = windowOf(top, viewHeight, rowHeight, count);
    expect(first * rowHeight).toBeLessThanOrEqual(top);
    expect(last * rowHeight).toBeGreaterThanOrEqual(Math.min(top + viewHeight, count * rowHeight));
    expect(last - first).toBeLessThanOrEqual(slotsOf(viewHeight, rowHeight));
  }
});

it("is empty for an empty list", () => expect(windowOf(0, 500, 44, 0)).toEqual({ first: 0, last: 0 }));

it("scrolls as the element does where the list is no higher", () => {
  expect(moved({ top: 10, scrollTop: 10 }, 90_000, 500, 100_000, 100_000)).toEqual({ top: 90_000, scrollTop: 90_000 });
});

it("reaches every row of a list of a thousand million: by dragging its part, by the wheel its pixel", () => {
  const [view, full, drawn] = [500, 44e9, 9_999_500];
  const middle = moved({ top: 0, scrollTop: 0 }, drawn / 2, view, full, drawn);
  expect(middle.top).toBe(full / 2);
  expect(moved(middle, middle.scrollTop + 100, view, full, drawn).top).toBe(full / 2 + 100);
  expect(moved(middle, drawn, view, full, drawn).top).toBe(full);
  expect(moved(middle, 0, view, full, drawn).top).toBe(0);
  expect(scrollTopFor(middle.top, full, drawn)).toBe(drawn / 2);
});
