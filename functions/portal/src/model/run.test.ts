import { expect, test } from "vitest";
import type { Row } from "./search";
import { displayLike, readPart, remaining } from "./run";

const row = { did: "+442079460100", end: "+442079460199", length: 100, display: "+44 20 7946 0100" };

test("a number is written as its run is", () => {
  expect(displayLike(row.display, "+442079460123")).toBe("+44 20 7946 0123");
});

test.each([
  ["+44 20 7946 0150", "10", "+442079460150", 10, "+442079460159"],
  ["150", "50", "+442079460150", 50, "+442079460199"],
  ["+442079460100", "1", "+442079460100", 1, "+442079460100"],
])("%s and %s more", (first, count, start, n, end) => {
  expect(readPart(row, { first, count })).toEqual({ start, count: n, end });
});

test.each([
  ["", "10", "must be from +44 20 7946 0100 to +44 20 7946 0199"],
  ["99", "2", "only 1 number"],
  ["+44 20 7946 0200", "1", "must be from"],
  ["+44 20 7946 0099", "1", "must be from"],
  ["+44 20 7946 0195", "6", "only 5 numbers"],
  ["100", "0", "How many"],
  ["100", "1.5", "How many"],
  ["100", "101", "At most 100"],
])("%s and %s is refused", (first, count, why) => {
  expect(readPart(row, { first, count })).toContain(why);
});

test.each([
  [[], ["+442079460100 100"]],
  [["+442079460100", "+442079460101"], ["+442079460102 98"]],
  [["+442079460150"], ["+442079460100 50", "+442079460151 49"]],
  [["+442079460109", "+442079460199"], ["+442079460110 89"]],
  [["+442079460200", "+442079460099"], ["+442079460100 100"]],
])("of a run without %s, the long parts are left", (gone, parts) => {
  expect(remaining(row as Row, gone, 10).map(({ did, length }) => `${did} ${length}`)).toEqual(parts);
});
