/** Says why a price rule's pattern holds for a number. */
import { t } from "../language";

/** The reason in words: `*7777` is "ends in 7777". A ? is any digit. */
export function reason(pattern: string): string {
  const [, before, digits = "", after] = /^(\*?)([0-9?]+)(\*?)$/.exec(pattern) ?? [];
  if (before && after) return t("contains {digits}", { digits });
  if (before) return t("ends in {digits}", { digits });
  if (after) return t("begins with +{digits}", { digits });
  return t("has the pattern {pattern}", { pattern });
}
