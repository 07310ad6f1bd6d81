/** What is searched for, as the address bar holds it. */

/** Names of the API's filters, which are those of the address too. */
export const filterNames = [
  "q", "list", "country", "area", "type", "features", "package", "interval", "max_setup", "max_recurring", "sort", "consecutive",
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

/** The query with a filter set, or without it when it was set to that already. */
export function toggle(query: Query, name: FilterName, value: string): Query {
  return { ...query, [name]: query[name] === value ? undefined : value };
}

/** A list that somebody pasted: at least two numbers, one a line or between commas. */
export function readList(text: string): string[] | null {
  const parts = text.split(/[\n\r,;\t]+/).map((part) => part.trim()).filter((part) => /\d{3}/.test(part));
  return parts.length > 1 ? parts.map((part) => part.replace(/[^\d+]/g, "")) : null;
}
