import { expect, test } from "vitest";
import { displayLike, readPart } from "./run";

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
