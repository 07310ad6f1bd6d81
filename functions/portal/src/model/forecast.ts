/** Whether the money lasts for what will be charged. */
import type { Money, Schemas } from "../api/client";
import { add, isNegative, negate } from "./money";

export interface Shortfall {
  at: string | null; // the first day that can't be paid; null: what is owed already
  missing: Money; // in all, at the end of the forecast
}

export function shortfall(available: Money, forecast: Schemas["Forecast"]): Shortfall | null {
  let left = add(available, negate(forecast.owed.amount));
  let at: string | null | undefined = isNegative(left) ? null : undefined;
  for (const day of forecast.data) {
    left = add(left, negate(day.amount));
    if (at === undefined && isNegative(left)) at = day.at ?? null;
  }
  return at === undefined ? null : { at, missing: negate(left) };
}
