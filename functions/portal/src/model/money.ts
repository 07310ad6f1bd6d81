/** Amounts are decimal texts on the wire; sums are exact here too. */
import type { Money } from "../api/client";
import { language, locale } from "../language";

const scale = 4; // the wire has at most four decimals

function units(amount: string): bigint {
  const negative = amount.startsWith("-");
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(scale, "0"));
  return negative ? -value : value;
}

function text(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, -scale);
  const fraction = digits.slice(-scale).replace(/0+$/, "").padEnd(decimals, "0");
  return (value < 0n ? "-" : "") + whole + (fraction ? `.${fraction}` : "");
}

const decimalsOf = (m: Money) => m.amount.split(".")[1]?.length ?? 0;

/** The sum of amounts of one currency each; one entry for each currency. */
export function sum(amounts: Money[]): Money[] {
  const totals = new Map<string, { value: bigint; decimals: number }>();
  for (const m of amounts) {
    const so = totals.get(m.currency) ?? { value: 0n, decimals: 0 };
    totals.set(m.currency, { value: so.value + units(m.amount), decimals: Math.max(so.decimals, decimalsOf(m)) });
  }
  return [...totals].map(([currency, t]) => ({ currency, amount: text(t.value, t.decimals) }));
}

export function add(a: Money, b: Money): Money {
  return { currency: a.currency, amount: text(units(a.amount) + units(b.amount), Math.max(decimalsOf(a), decimalsOf(b))) };
}

export function multiply(m: Money, n: number): Money {
  return { currency: m.currency, amount: text(units(m.amount) * BigInt(n), decimalsOf(m)) };
}

export function negate(m: Money): Money {
  return { currency: m.currency, amount: m.amount.startsWith("-") ? m.amount.slice(1) : `-${m.amount}` };
}

export const compare = (a: Money, b: Money): number => {
  const difference = units(a.amount) - units(b.amount);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const isZero = (m: Money): boolean => units(m.amount) === 0n;
export const isNegative = (m: Money): boolean => units(m.amount) < 0n;

const formats = new Map<string, Intl.NumberFormat>();

/** "1,234.50 USD": exact, whatever the size. */
export function show(m: Money): string {
  return `${showAmount(m)} ${m.currency}`;
}

export function showAmount(m: Money): string {
  const decimals = decimalsOf(m);
  const key = `${decimals}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language === "en" ? "en" : locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(key, format);
  }
  return format.format(m.amount as `${number}`);
}
