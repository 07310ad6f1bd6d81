import { describe, expect, it } from "vitest";
import { readCSV, toCSV } from "./csv";

describe("CSV", () => {
  it("comes back as it went", () => {
    const rows = [["did", "label"], ["+442079460000", 'Desk "A", first'], ["+1", "two\nlines"], ["", ""]];
    expect(readCSV(toCSV(rows))).toEqual(rows);
  });
  it("runs nothing in a spreadsheet, and leaves numbers alone", () => {
    expect(toCSV([["=1+1", "@x", "+cmd|' /C calc'!A0", "-2+3", "+442079460000", "-1"]])).toBe("'=1+1,'@x,'+cmd|' /C calc'!A0,'-2+3,+442079460000,-1\r\n");
  });
  it("is read with a mark at its start and without an end of line", () => expect(readCSV("\uFEFFa,b\n1,")).toEqual([["a", "b"], ["1", ""]]));
});
