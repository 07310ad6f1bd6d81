/** The filter of numbers that are easy to remember, by their last four digits. */
import { toggled } from "../model/query";
import type { Facet, Props } from "./filters";

export const memorable: Facet = {
  name: "memorable",
  title: "Easy to remember",
  say: (value) =>
    value
      .split(",")
      .map((reason) => names[reason] ?? reason)
      .join(", "),
};

const names: Record<string, string> = {
  any: "Any of these",
  repeat: "Repeat, 7777",
  ladder: "Ladder, 1234",
  round: "Round, 5000",
  pairs: "Pairs, 1212",
  palindrome: "Palindrome, 1221",
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
