import { describe, expect, it } from "vitest";
import { guard, readCSV, toCSV, unguard } from "./csv";

describe("CSV", () => {
  it("comes back as it went", () => {
    const rows = [
      ["did", "label"],
      ["+442079460000", 'Desk "A", first'],
      ["+1", "two\nlines"],
      ["", ""],
    ];
    expect(readCSV(toCSV(rows)).map((row) => row.map(unguard))).toEqual(rows);
  });
  it("runs nothing in a spreadsheet, and keeps the digits of numbers", () => {
    expect(toCSV([["=1+1", "@x", "+cmd|' /C calc'!A0", "-2+3", "+442079460000", "442079460000", "020 7946", "0.50", "12125550100"]])).toBe(
      "'=1+1,'@x,'+cmd|' /C calc'!A0,'-2+3,'+442079460000,'442079460000,'020 7946,0.50,12125550100\r\n",
    );
  });
  it.each([" =1", "\n=1", "\t@x", "\u00a0=1", "\u200b+1", "＝1", "＋1", "－1", "＠x", "\u22121", "\rx"])("guards %j", (text) =>
    expect(guard(text)).toBe(`'${text}`),
  );
  it.each(["London", " London", "a=1", "it's"])("leaves %j", (text) => expect(guard(text)).toBe(text));
  it("is read with a mark at its start and without an end of line", () =>
    expect(readCSV("\uFEFFa,b\n1,")).toEqual([
      ["a", "b"],
      ["1", ""],
    ]));
});
