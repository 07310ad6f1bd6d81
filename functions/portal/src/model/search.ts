/** The results of a query. Only the pages in view are loaded. */
import { useMemo } from "preact/hooks";
import { api, body, type Schemas } from "../api/client";
import type { Query } from "./query";
import { useReading, type Part } from "./reading";
import type { Rows } from "./rows";

/** A number or, in a search for consecutive numbers, a run of them. */
export type Row = Schemas["Found"];

export interface Found {
  rows: Rows<Row>;
  total: number;
  facets: Schemas["Facets"] | null;
  /** Filters that the text may mean, such as the area London. */
  suggestions: Schemas["Suggestion"][];
  /** Matches in another currency than the account's, if there are no others. */
  otherCurrency: number;
}

export interface Search {
  found: Found | null;
  /** The query has changed: `found` belongs to the previous one. */
  stale: boolean;
  error: Error | null;
  /** Loads the rows in view again. */
  again: () => void;
}

function ask(query: Query, part: Part, signal: AbortSignal) {
  const { list: _, consecutive, sort, ...filters } = query;
  return body(
    api.GET("/v1/available-dids", {
      params: {
        query: {
          ...filters,
          ...part,
          consecutive: consecutive ? Number(consecutive) : undefined,
          sort: sort === "price" || sort === "memorable" ? sort : undefined,
        },
      },
      signal,
    }),
  );
}

export function useSearch(query: Query): Search {
  const { loaded, ...rest } = useReading<Row, Schemas["SearchAnswer"]>(
    JSON.stringify(query),
    (part, signal) => ask(query, part, signal),
    Boolean(query.consecutive), // a list of runs has no total
  );
  const found = useMemo(
    () =>
      loaded && {
        rows: loaded.rows,
        total: loaded.latest.total,
        facets: loaded.first.facets,
        suggestions: loaded.latest.suggestions,
        otherCurrency: loaded.latest.other_currency,
      },
    [loaded],
  );
  return { found, ...rest };
}
