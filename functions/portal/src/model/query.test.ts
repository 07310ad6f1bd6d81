import { describe, expect, it } from "vitest";
import { changedPath, noFilters, queryPath, readQuery } from "./query";

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
