/** What an order without a cart asks for, from the values of its form. */
import type { Schemas } from "../../api/client";
import { readDecimal } from "../../model/decimal";
import type { Values } from "../../ui/form";

export type Request = Omit<Schemas["OrderRequest"], "total" | "max_total" | "dry_run">;

/** The names of the filters that the form has; the search's other filters are kept. */
const texts = ["q", "country", "area", "type", "package", "features", "interval", "max_setup", "max_recurring", "memorable"] as const;

/** The numbers of a pasted list, one a line or separated by commas or semicolons, each once. */
export const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,;]+/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** Reads the form of criteria or, if it has a list, of a list. */
export function requestOf(values: Values): Request {
  const partial = values.partial === "on";
  if (values.list !== undefined) return { dids: listed(values.list), partial };
  const criteria: Schemas["Criteria"] = {};
  for (const name of texts) if (values[name]) criteria[name] = values[name];
  if (values.max_recurring) criteria.max_recurring = readDecimal(values.max_recurring);
  if (values.consecutive) criteria.consecutive = Number(values.consecutive);
  if (values.sort === "price" || (values.sort === "memorable" && !criteria.consecutive)) criteria.sort = values.sort;
  return { criteria, quantity: Number(values.quantity), partial };
}
