import { expect, test } from "vitest";
import { sayPrice } from "./price";

const usd = (amount: string) => ({ amount, currency: "USD" });

test("a price names its period, and its amount a month", () => {
  const of = (unit: "day" | "month" | "year", count: number, recurring: string, a_month: string) =>
    sayPrice({ recurring: usd(recurring), interval: { unit, count }, monthly_equivalent: usd(a_month) });
  expect(of("day", 1, "0.10", "3.04")).toBe("0.10 USD a day ≈ 3.04 a month");
  expect(of("month", 3, "30.00", "10.00")).toBe("30.00 USD every 3 months ≈ 10.00 a month");
  expect(of("month", 1, "2.00", "2.00")).toBe("2.00 USD a month");
});
