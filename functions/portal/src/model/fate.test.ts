import { expect, test, vi } from "vitest";
import type { Order } from "../api/client";
import type { LostItem } from "./cart";
import { askFates } from "./fate";

vi.mock("../api/client", () => ({ api: {}, body: () => Promise.reject(new Error("not stubbed")) }));

const shown = Date.parse("2026-11-29T10:00:00Z");
const line = (did: string) => ({ did, seen: shown }) as LostItem;
const order = (id: string, created_at: string, ...dids: string[]) => ({ id, number: `n-${id}`, created_at, dids }) as Order;
const pages =
  (...all: Order[][]) =>
  (cursor = "0") => {
    const at = Number(cursor);
    return Promise.resolve({ data: all[at] ?? [], next_cursor: at + 1 < all.length ? String(at + 1) : null });
  };

test("a lost line in an order since the cart was shown was bought by that order", async () => {
  const fates = await askFates([line("+1"), line("+2")], pages([order("b", "2026-11-29T10:05:00Z", "+9")], [order("a", "2026-11-29T10:01:00Z", "+1")]));
  expect(Object.fromEntries(fates)).toEqual({ "+1": { kind: "bought", id: "a", number: "n-a" }, "+2": { kind: "not_bought" } });
});

test("an older order of the same number does not count: it was rented and given back before", async () => {
  const fates = await askFates([line("+1")], pages([order("a", "2026-11-28T10:00:00Z", "+1")]));
  expect(fates.get("+1")).toEqual({ kind: "not_bought" });
});

test("nothing is said when the orders can't be read", async () => {
  const fates = await askFates([line("+1")], () => Promise.reject(new Error("no network")));
  expect(fates.get("+1")).toEqual({ kind: "unknown" });
});

test("nothing is said when there are more orders than may be read", async () => {
  const recent = Array.from({ length: 11 }, (_, i) => [order(String(i), "2026-11-29T11:00:00Z", "+9")]);
  const fates = await askFates([line("+1")], pages(...recent));
  expect(fates.get("+1")).toEqual({ kind: "unknown" });
});
