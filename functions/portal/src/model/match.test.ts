import { describe, expect, it } from "vitest";
import { marker, markerOf, pieces } from "./match";

/** The display, with marked digits in brackets. */
const marked = (q: string, display: string) =>
  pieces(display, marker(q))
    .map((p) => (p.marked ? `[${p.text}]` : p.text))
    .join("");

describe("the digits that a search means", () => {
  it.each([
    ["+44 20", "+44 20 7946 0000", "+[44 20] 7946 0000"],
    ["7946", "+44 20 7946 0000", "+44 20 [7946] 0000"],
    ["9?6", "+44 20 7946 0000", "+44 20 7[9]4[6] 0000"],
    ["TAXI", "+44 20 7946 8294", "+44 20 7946 [8294]"],
    ["+44*00", "+44 20 7946 0000", "+[44] 20 7946 00[00]"],
    ["020 79", "+44 20 7946 0000", "+44 [20 79]46 0000"],
    ["0044 20", "+44 20 7946 0000", "+[44 20] 7946 0000"],
    ["0000", "+44 20 7946 0000", "+44 20 7946 [0000]"],
    ["60", "+44 20 7946 0000", "+44 20 794[6 0]000"],
  ])("%s in %s", (q, display, want) => expect(marked(q, display)).toBe(want));

  it.each(["", "  ", "?", "*", "999", "+1"])("%j marks nothing", (q) => expect(marked(q, "+44 20 7946 0000")).toBe("+44 20 7946 0000"));
});

describe("why a number is easy to remember", () => {
  it.each([
    ["", "+44 20 7946 1234", "+44 20 7946 [1234]"],
    ["44", "+1 908 555 44 44", "+1 908 555 [44 44]"],
    ["+1 90", "+1 908 555 4444", "+[1 90]8 555 [4444]"],
  ])("%s in %s", (q, display, want) => {
    const text = pieces(display, markerOf(q, true)).map((p) => (p.marked ? `[${p.text}]` : p.text));
    expect(text.join("")).toBe(want);
  });
});
