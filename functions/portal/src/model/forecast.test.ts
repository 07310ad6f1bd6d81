import { expect, it } from "vitest";
import { shortfall } from "./forecast";

const usd = (amount: string) => ({ amount, currency: "USD" });
const day = (at: string | null, amount: string) => ({ at, charges: 1, net: usd(amount), tax: usd("0.00"), amount: usd(amount) });

it("names the first day that can't be paid, and what is missing in all", () => {
  const data = [day("2026-12-01T00:00:00Z", "4.00"), day("2026-12-02T00:00:00Z", "4.00"), day("2026-12-03T00:00:00Z", "4.00")];
  expect(shortfall(usd("12.00"), { owed: day(null, "0.00"), data })).toBeNull();
  expect(shortfall(usd("7.00"), { owed: day(null, "0.00"), data })).toEqual({ at: "2026-12-02T00:00:00Z", missing: usd("5.00") });
  expect(shortfall(usd("1.00"), { owed: day(null, "2.00"), data: [] })).toEqual({ at: null, missing: usd("1.00") });
});
