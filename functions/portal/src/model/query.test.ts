import { describe, expect, it } from "vitest";
import { changedPath, noFilters, queryPath, readList, readQuery } from "./query";

describe("the address of a search", () => {
  it("comes back as it went", () => {
    const query = { q: "+44*0?7", country: "GB", area: "São Paulo - SP", max_recurring: "2.50", sort: "price" };
    const path = queryPath(query);
    expect(readQuery(Object.fromEntries(new URL(path, "http://x").searchParams))).toEqual(query);
  });
  it("is short when nothing is searched for", () => expect(queryPath({ q: "", country: undefined })).toBe("/numbers"));
  it("has what the API knows, and nothing else", () => expect(readQuery({ q: "7", limit: "1", evil: "x" })).toEqual({ q: "7" }));
  it.each([
    ["?q=7&country=GB", { area: "London" }, "/numbers?q=7&country=GB&area=London"],
    ["?q=7&country=GB", { country: undefined }, "/numbers?q=7"],
    ["?q=7&country=GB&sort=price", noFilters, "/numbers?q=7"],
    ["", { q: "7" }, "/numbers?q=7"],
  ])("%j changes by %j", (search, filters, want) => expect(changedPath(search, filters)).toBe(want));
});

describe("a pasted list", () => {
  it.each([
    ["+44 20 7946 0000\n+44 20 7946 0001", ["+442079460000", "+442079460001"]],
    ["442079460000; 442079460001,\r\n\r\n", ["442079460000", "442079460001"]],
    ["Number\n020 7946 0000\n020 7946 0001", ["02079460000", "02079460001"]],
  ])("%j", (text, want) => expect(readList(text)).toEqual(want));
  it.each(["+44 20 7946 0000", "7946", "", "two\nwords"])("%j is none", (text) => expect(readList(text)).toBeNull());
});
