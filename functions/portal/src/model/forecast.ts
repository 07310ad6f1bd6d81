/** Reports whether the balance covers the coming charges. */
import type { Money, Schemas } from "../api/client";
import { add, isNegative, negate } from "./money";

export interface Shortfall {
  at: string | null; // the first day that can't be paid; null: charges that are owed already
  missing: Money; // on that day
  until: string | null; // the last day of the forecast with charges
  total: Money; // missing in all by then
}

type Forecast = Schemas["Forecast"];
type Day = Schemas["ComingDate"];

/** Reads a forecast page by page and adds the pages up; each page covers other DIDs. */
export async function wholeForecast(read: (cursor?: string) => Promise<Forecast>): Promise<Forecast> {
  let sum = await read();
  while (sum.next_cursor) sum = both(sum, await read(sum.next_cursor));
  return sum;
}

function both(a: Forecast, b: Forecast): Forecast {
  const days = new Map(a.data.map((day) => [day.at, day]));
  for (const day of b.data) {
    const known = days.get(day.at);
    days.set(day.at, known ? together(known, day) : day);
  }
  const data = [...days.values()].sort((x, y) => (x.at ?? "").localeCompare(y.at ?? ""));
  return { dids: a.dids + b.dids, owed: together(a.owed, b.owed), data, next_cursor: b.next_cursor };
}

/** The sum of two days; its date is the earlier one. */
const together = (a: Day, b: Day): Day => ({
  at: a.at && b.at ? (a.at < b.at ? a.at : b.at) : (a.at ?? b.at),
  charges: a.charges + b.charges,
  net: add(a.net, b.net),
  tax: add(a.tax, b.tax),
  amount: add(a.amount, b.amount),
});

export function shortfall(available: Money, forecast: Pick<Forecast, "owed" | "data">): Shortfall | null {
  let left = add(available, negate(forecast.owed.amount));
  let first = isNegative(left) ? { at: null as string | null, missing: negate(left) } : undefined;
  for (const day of forecast.data) {
    left = add(left, negate(day.amount));
    if (isNegative(left)) first ??= { at: day.at, missing: negate(left) };
  }
  return first ? { ...first, until: forecast.data.at(-1)?.at ?? null, total: negate(left) } : null;
}
