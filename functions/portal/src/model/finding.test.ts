import { describe, expect, it } from "vitest";
import { type Match, pagesFor, pathOf, searchesFor, wayTo } from "./finding";

const match = (kind: Match["kind"], id: string, customer: string | null = null): Match => ({ kind, id, customer, name: id, detail: null });

describe("the page of a record", () => {
  it.each([
    [match("number", "+442079460100"), "/inventory/+442079460100"],
    [match("customer", "alice", "alice"), "/customers/alice"],
    [match("order", "01J", "alice"), "/customers/alice?show=ledger"],
    [match("invoice", "alice-inv-3", "alice"), "/customers/alice/invoices/alice-inv-3"],
    [match("payment", "Wire 17/A", "alice"), "/customers/alice?show=ledger"],
    [match("import", "01K"), "/imports/01K"],
    [match("package", "gold"), "/packages"],
  ])("%j", (of, path) => expect(pathOf(of)).toBe(path));
  it("names whose it is and in what state", () =>
    expect(wayTo({ kind: "number", id: "+442079460100", customer: "alice", name: "+44 20 7946 0100", detail: "active" })).toEqual({
      kind: "Number",
      name: "+44 20 7946 0100",
      detail: "alice · active",
      path: "/inventory/+442079460100",
    }));
});

describe("pages and searches", () => {
  it("finds a page by a part of its name", () => expect(pagesFor(" INV", false).map((w) => w.path)).toEqual(["/inventory"]));
  it("has other pages for a customer", () => expect(pagesFor("inv", true).map((w) => w.path)).toEqual(["/account?show=invoices"]));
  it("names all pages for no text", () => expect(pagesFor("", true)).toHaveLength(9));
  it("searches for what was typed", () => expect(searchesFor(" +44 20 ").map((w) => w.path)).toEqual(["/numbers?q=%2B44%2020", "/dids?q=%2B44%2020"]));
  it("does not search for nothing", () => expect(searchesFor(" ")).toEqual([]));
});
