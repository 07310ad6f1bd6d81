/** Prices in another currency than that of new accounts. */
import type { Money } from "../api/client";
import { me } from "./me";
import { t } from "../language";

export const isForeign = ({ currency }: Money): boolean => currency !== me.value?.carrier.currency;

export const sayForeign = ({ currency }: Money): string =>
  t("Only accounts in {currency} can buy it: new accounts are in {currency2}.", { currency, currency2: me.value?.carrier.currency });
