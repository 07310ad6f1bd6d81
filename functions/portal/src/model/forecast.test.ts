import { expect, it } from "vitest";
import { shortfall, wholeForecast } from "./forecast";

const usd = (amount: string) => ({ amount, currency: "USD" });
const day = (at: string | null, amount: string) => ({ at, charges: 1, net: usd(amount), tax: usd("0.00"), amount: usd(amount) });

it("names the first day that can't be paid, the amount missing on it, and the amount missing in all", () => {
  const data = [day("2026-12-01T00:00:00Z", "4.00"), day("2026-12-02T00:00:00Z", "4.00"), day("2026-12-03T00:00:00Z", "4.00")];
  expect(shortfall(usd("12.00"), { owed: day(null, "0.00"), data })).toBeNull();
  expect(shortfall(usd("7.00"), { owed: day(null, "0.00"), data })).toEqual({
    at: "2026-12-02T00:00:00Z",
    missing: usd("1.00"),
    until: "2026-12-03T00:00:00Z",
    total: usd("5.00"),
  });
  expect(shortfall(usd("1.00"), { owed: day(null, "2.00"), data: [] })).toEqual({ at: null, missing: usd("1.00"), until: null, total: usd("1.00") });
});

it("adds up the pages of a forecast, each of other DIDs", async () => {
  const first = {
    dids: 500,
    owed: day("2026-11-02T00:00:00Z", "1.00"),
    data: [day("2026-12-01T00:00:00Z", "4.00"), day("2026-12-03T00:00:00Z", "1.00")],
    next_cursor: "next",
  };
  const second = {
    dids: 7,
    owed: day("2026-11-01T00:00:00Z", "2.00"),
    data: [day("2026-12-02T00:00:00Z", "3.00"), day("2026-12-03T00:00:00Z", "5.00")],
    next_cursor: null,
  };
  const sum = await wholeForecast((cursor) => Promise.resolve(cursor ? second : first));
  expect(sum).toEqual({
    dids: 507,
    owed: { ...day("2026-11-01T00:00:00Z", "3.00"), charges: 2 },
    data: [day("2026-12-01T00:00:00Z", "4.00"), day("2026-12-02T00:00:00Z", "3.00"), { ...day("2026-12-03T00:00:00Z", "6.00"), charges: 2 }],
    next_cursor: null,
  });
});
