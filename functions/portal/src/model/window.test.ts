import { expect, it } from "vitest";
import { windowOf } from "./window";

it("holds every row in sight, and few others, wherever one scrolls", () => {
  const [rowHeight, viewHeight, count] = [44, 500, 10_000];
  for (let top = 0; top <= count * rowHeight - viewHeight; top += 37) {
    const { first, last } = windowOf(top, viewHeight, rowHeight, count);
    expect(first * rowHeight).toBeLessThanOrEqual(top);
    expect(last * rowHeight).toBeGreaterThanOrEqual(Math.min(top + viewHeight, count * rowHeight));
    expect(last - first).toBeLessThan(50);
  }
});

it("is empty for an empty list", () => expect(windowOf(0, 500, 44, 0)).toEqual({ first: 0, last: 0 }));
