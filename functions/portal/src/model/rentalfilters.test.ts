import { expect, test } from "vitest";
import { isNarrowed, pathOf, readFilters } from "./rentalfilters";

test("filters are read from the address, and written back", () => {
  const address = { q: "20 71", state: "past_due", tag: "vip", sort: "label", limit: "5", area: "" };
  const filters = readFilters(address);
  expect(filters).toEqual({ q: "20 71", state: "past_due", tag: "vip", sort: "label" });
  expect(pathOf("/dids", filters)).toBe("/dids?q=20+71&state=past_due&tag=vip&sort=label");
  expect(pathOf("/dids", {})).toBe("/dids");
});

test("an unknown state or order is left out", () => {
  expect(readFilters({ state: "asleep", sort: "price" })).toEqual({});
});

test("an order does not narrow a list", () => {
  expect(isNarrowed({ sort: "label" })).toBe(false);
  expect(isNarrowed({ sort: "label", tag: "vip" })).toBe(true);
});
