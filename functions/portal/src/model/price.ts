/** A recurring price with its period, and as an amount a month. */
import type { Money, Schemas } from "../api/client";
import { show, showAmount } from "./money";
import { per } from "./words";
import { t } from "../language";

export interface Price {
  recurring: Money;
  interval: Schemas["Interval"];
  monthly_equivalent: Money;
}

/** "≈ 3.04 a month" for another period than a month, by which prices are compared. */
export const monthly = ({ interval, monthly_equivalent }: Price): string =>
  interval.unit === "month" && interval.count === 1 ? "" : t("≈ {monthly_equivalent} a month", { monthly_equivalent: showAmount(monthly_equivalent) });

/** "0.10 USD a day ≈ 3.04 a month". */
export const sayPrice = (of: Price): string => [show(of.recurring), per(of.interval), monthly(of)].filter(Boolean).join(" ");
