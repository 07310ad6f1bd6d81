import { beforeEach, expect, test, vi } from "vitest";
import type { Cart } from "../api/client";
import { answered, attempt, begin, lostAnswer, mayStillArrive, restoreAttempt, untouched } from "./attempt";

const storage = vi.hoisted(() => new Map<string, string>());
vi.mock("../api/client", () => ({ serverNow: () => 1000 }));
vi.mock("./me", () => ({ kept: (key: string) => storage.get(key) ?? null, keep: (key: string, value: unknown) => storage.set(key, JSON.stringify(value)) }));

const view = (version: number, amount: string, ...dids: string[]) =>
  ({ version, total: { amount, currency: "USD" }, items: dids.map((did) => ({ did })) }) as Cart;

beforeEach(() => {
  storage.clear();
  answered();
});

test("the same cart keeps its key until an answer came", () => {
  const { key } = begin(view(3, "6.00", "+1"));
  lostAnswer();
  expect(begin(view(3, "6.00", "+1")).key).toBe(key);
  answered();
  expect(begin(view(3, "6.00", "+1")).key).not.toBe(key);
});

test.each([
  ["another version", view(4, "6.00", "+1")],
  ["another total", view(3, "7.00", "+1")],
])("%s takes another key", (_, other) => {
  const { key } = begin(view(3, "6.00", "+1"));
  expect(begin(other).key).not.toBe(key);
});

test("a reload keeps the attempt, as one without an answer", () => {
  const { key } = begin(view(3, "6.00", "+1"));
  attempt.value = null;
  restoreAttempt();
  expect(attempt.value).toMatchObject({ key, unanswered: true, dids: ["+1"] });
});

test("an attempt is final a minute after it was sent", () => {
  const sent = begin(view(3, "6.00", "+1"));
  expect(mayStillArrive(sent, 60_999)).toBe(true);
  expect(mayStillArrive(sent, 61_000)).toBe(false);
});

test("a cart without one of the attempt's numbers is not untouched", () => {
  const sent = begin(view(3, "6.00", "+1", "+2"));
  expect(untouched(sent, view(9, "6.00", "+2", "+1", "+3"))).toBe(true);
  expect(untouched(sent, view(9, "3.00", "+1"))).toBe(false);
});
