import { describe, expect, it } from "vitest";
import { changedPath, type FilterName, noFilters, queryPath, readQuery, toggled } from "./query";

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

describe("a click on a filter's value", () => {
  it.each([
    ["area", [], "London", "London"],
    ["area", ["London"], "Leeds", "Leeds"],
    ["area", ["london"], "London", undefined],
    ["country", ["GB"], "FR", "GB,FR"],
    ["country", ["GB", "FR"], "GB", "FR"],
    ["memorable", ["repeat"], "ladder", "repeat,ladder"],
    ["memorable", ["repeat", "ladder"], "any", "any"],
    ["memorable", ["any"], "round", "round"],
    ["memorable", ["any"], "any", undefined],
  ] as [FilterName, string[], string, string | undefined][])("%s %j, %s: %s", (name, chosen, value, want) => expect(toggled(name, chosen, value)).toBe(want));
});
