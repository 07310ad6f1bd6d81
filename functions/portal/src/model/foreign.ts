/** Prices in another currency than that of new accounts. */
import type { Money } from "../api/client";
import { me } from "./me";

export const isForeign = ({ currency }: Money): boolean => currency !== me.value?.carrier.currency;

export const sayForeign = ({ currency }: Money): string => `Only accounts in ${currency} can buy it: new accounts are in ${me.value?.carrier.currency}.`;
