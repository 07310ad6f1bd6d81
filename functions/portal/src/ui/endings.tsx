/** The filter of numbers that are easy to remember, by their last four digits. */
import { toggled } from "../model/query";
import type { Facet, Props } from "./filters";
import { t } from "../language";

export const memorable: Facet = {
  name: "memorable",
  title: t("Easy to remember"),
  say: (value) =>
    value
      .split(",")
      .map((reason) => names[reason] ?? reason)
      .join(", "),
};

const names: Record<string, string> = {
  any: t("Any of these"),
  repeat: t("Repeat, 7777"),
  ladder: t("Ladder, 1234"),
  round: t("Round, 5000"),
  pairs: t("Pairs, 1212"),
  palindrome: t("Palindrome, 1221"),
};

export function Endings({ query, change }: Props) {
  const chosen = query.memorable?.split(",") ?? [];
  return (
    <fieldset class="facet">
      <legend>{memorable.title}</legend>
      {Object.entries(names).map(([value, name]) => (
        <button key={value} type="button" aria-pressed={chosen.includes(value)} onClick={() => change({ memorable: toggled("memorable", chosen, value) })}>
          <span>{name}</span>
        </button>
      ))}
    </fieldset>
  );
}
