import { describe, expect, it } from "vitest";
import { mostLines, readList } from "./list";

describe("a pasted list", () => {
  it.each<[string, string[], string[]]>([
    ["+44 20 7946 0000\n+44 20 7946 0001", ["+44 20 7946 0000", "+44 20 7946 0001"], []],
    ["442079460000; 442079460001,\r\n\r\n", ["442079460000", "442079460001,"], []],
    ["442079460000, 442079460001,\r\n\r\n", ["442079460000", "442079460001"], []],
    ["Number\n020 7946 0000\n020 7946 0001", ["Number", "020 7946 0000", "020 7946 0001"], []],
    ["020 7946 0000\r020 7946 0001", ["020 7946 0000", "020 7946 0001"], []],
    ["+442079460000 +442079460001", ["+442079460000", "+442079460001"], []],
    ["City\tNumber\nLondon\t020 7946 0000\nLondon\t020 7946 0001", ["Number", "020 7946 0000", "020 7946 0001"], ["City"]],
    ["020 7946 0000;10.00;London\n020 7946 0001;12.00;London", ["020 7946 0000", "020 7946 0001"], ["10.00", "London"]],
    ["020 7946 0000,020 7946 0001\n020 7946 0002,020 7946 0003", ["020 7946 0000", "020 7946 0001", "020 7946 0002", "020 7946 0003"], []],
    ["020 7946 0000\nhello\n020 7946 0001", ["020 7946 0000", "hello", "020 7946 0001"], []],
  ])("%j", (text, lines, ignored) => expect(readList(text)).toEqual({ lines, ignored, pasted: lines.length }));

  it.each(["+44 20 7946 0000", "7946", "", "two\nwords", "+44 20 7946 0000, London"])("%j is none", (text) => expect(readList(text)).toBeNull());

  it("counts the lines beyond the most that are looked up", () => {
    const list = readList(Array.from({ length: mostLines + 7 }, (_, n) => `+4420${10_000_000 + n}`).join("\n"));
    expect(list?.pasted).toBe(mostLines + 7);
    expect(list?.lines.length).toBe(mostLines);
    expect(list?.lines.at(-1)).toBe(`+4420${10_000_000 + mostLines - 1}`);
  });

  it("cuts a line that is longer than any number, and shows that", () => {
    const list = readList(`+442079460000\n${"1".repeat(500)}`);
    expect(list?.lines[1]).toBe(`${"1".repeat(200)}…`);
  });
});
