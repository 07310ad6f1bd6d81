/** The search query, as it is in the address bar. */

/** The names of the API's filters; the address uses the same names. */
export const filterNames = [
  "q",
  "list",
  "country",
  "area",
  "type",
  "features",
  "package",
  "interval",
  "memorable",
  "max_setup",
  "max_recurring",
  "sort",
  "consecutive",
] as const;

export type FilterName = (typeof filterNames)[number];
export type Query = Partial<Record<FilterName, string>>;

export function readQuery(search: Record<string, string | undefined>): Query {
  const query: Query = {};
  for (const name of filterNames) {
    const value = search[name];
    if (value) query[name] = value;
  }
  return query;
}

/** The path of the search page for a query. */
export function queryPath(query: Query): string {
  const search = new URLSearchParams();
  for (const name of filterNames) {
    const value = query[name];
    if (value) search.set(name, value);
  }
  const text = search.toString().replaceAll("%2C", ",").replaceAll("%2A", "*").replaceAll("%3F", "?");
  return text ? `/numbers?${text}` : "/numbers";
}

/** Changes some filters of a query and keeps the others; undefined removes a filter. */
export type Change = (filters: Query, replace?: boolean) => void;

/** The path of the search page after some filters of an address changed. */
export const changedPath = (search: string, filters: Query): string => queryPath({ ...readQuery(Object.fromEntries(new URLSearchParams(search))), ...filters });

/** The change that removes every filter. */
export const noFilters: Query = Object.fromEntries(filterNames.filter((name) => name !== "q").map((name) => [name, undefined]));

/** Filters of which several values may be chosen: a number has one of them. */
export const several: FilterName[] = ["country", "memorable"];

/** Whether two values filter alike: the search ignores case and accents. */
export const alike = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: "base" }) === 0;

/** A filter's values after a click on one of them; undefined removes the filter. */
export function toggled(name: FilterName, chosen: string[], value: string): string | undefined {
  if (chosen.some((c) => alike(c, value))) return chosen.filter((c) => !alike(c, value)).join(",") || undefined;
  return several.includes(name) && value !== "any" ? [...chosen.filter((c) => c !== "any"), value].join(",") : value;
}
