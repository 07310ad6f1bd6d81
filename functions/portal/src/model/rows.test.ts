import { expect, it } from "vitest";
import { allHere, without } from "./rows";

it("moves up the rows after a removed one", () => {
  const rows = without(allHere(["a", "b", "c", "d", "e"]), [1, 2, 4]);
  expect(rows.count).toBe(2);
  expect([rows.at(0), rows.at(1), rows.at(2)]).toEqual(["a", "d", undefined]);
  expect([...rows.here()]).toEqual([
    [0, "a"],
    [1, "d"],
  ]);
});
