import { describe, expect, it } from "vitest";
import { add, compare, isNegative, isZero, multiply, negate, show, sum } from "./money";

const usd = (amount: string) => ({ amount, currency: "USD" });

describe("money", () => {
  it("is summed exactly, currency by currency", () => {
    expect(sum([usd("0.10"), usd("0.20"), { amount: "5", currency: "JPY" }, usd("-1.00")])).toEqual([usd("-0.70"), { amount: "5", currency: "JPY" }]);
    expect(sum(Array.from({ length: 1000 }, () => usd("0.10")))).toEqual([usd("100.00")]);
    expect(sum([])).toEqual([]);
  });
  it("is multiplied exactly", () => {
    expect(multiply(usd("0.10"), 30)).toEqual(usd("3.00"));
    expect(multiply({ amount: "5", currency: "JPY" }, 100)).toEqual({ amount: "500", currency: "JPY" });
  });
  it("is added beyond what a float holds", () => expect(add(usd("90071992547409.93"), usd("0.01"))).toEqual(usd("90071992547409.94")));
  it("keeps its decimals", () => expect(add(usd("1.5000"), usd("0.5"))).toEqual(usd("2.0000")));
  it("changes its sign", () => {
    expect(negate(usd("-1.00"))).toEqual(usd("1.00"));
    expect(isNegative(usd("-0.01")) && !isNegative(usd("0.00")) && isZero(usd("0.00"))).toBe(true);
  });
  it("is compared by its value", () => expect([usd("10.00"), usd("9.00"), usd("-1")].toSorted(compare).map((m) => m.amount)).toEqual(["-1", "9.00", "10.00"]));
  it("is shown whole", () => {
    expect(show(usd("1234.50"))).toBe("1,234.50 USD");
    expect(show(usd("90071992547409.93"))).toBe("90,071,992,547,409.93 USD");
    expect(show({ amount: "1500", currency: "JPY" })).toBe("1,500 JPY");
  });
});
