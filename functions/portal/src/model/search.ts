/** The search as a list that grows: pages in order, while the query stands. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, body, type Schemas } from "../api/client";
import type { Query } from "./query";

/** A number or, of a consecutive search, a run of them. */
export type Row = Schemas["Found"];

export interface Found {
  rows: Row[];
  total: number;
  /** null where there are none: of a pasted list. */
  facets: Schemas["Facets"] | null;
  /** What of a pasted list can't be bought. */
  missed?: string[];
}

export interface Search {
  found: Found | null;
  /** The query has moved on since: `found` is of the one before. */
  stale: boolean;
  error: Error | null;
  more: () => void;
  retry: () => void;
}

const pageSize = 200; // the API's most

type Answer = Pick<Schemas["SearchAnswer"], "data" | "total" | "next_cursor"> & Pick<Found, "facets" | "missed">;

function ask(query: Query, cursor: string | undefined, signal: AbortSignal): Promise<Answer> {
  if (query.list) return lookUp(query.list.split(","), query.country, signal);
  const { list: _, consecutive, sort, ...filters } = query;
  return body(
    api.GET("/v1/available-dids", {
      params: {
        query: {
          ...filters, limit: pageSize, cursor,
          consecutive: consecutive ? Number(consecutive) : undefined,
          sort: sort === "price" ? sort : undefined,
        },
      },
      signal,
    }),
  );
}

const mostLines = 1000; // of one request

/** A pasted list, as if it had been found: what of it can be bought. */
async function lookUp(lines: string[], country: string | undefined, signal: AbortSignal): Promise<Answer> {
  const { data, total } = await body(api.POST("/v1/available-dids/search", { body: { dids: lines.slice(0, mostLines), country }, signal }));
  const rows = data.flatMap((line) => (line.offer ? [{ ...line.offer, features: [] }] : []));
  const missed = data.filter((line) => !line.offer).map((line) => line.input);
  return { data: rows, total, next_cursor: null, facets: null, missed };
}

export function useSearch(query: Query): Search {
  const key = JSON.stringify(query);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ found: Found | null; of: string; error: Error | null }>({ found: null, of: "", error: null });
  const next = useRef<string | null>(null);
  const running = useRef<AbortController | null>(null);

  const load = useCallback(
    (cursor: string | undefined) => {
      const abort = new AbortController();
      running.current = abort;
      ask(query, cursor, abort.signal).then(
        (answer) => {
          if (abort.signal.aborted) return;
          running.current = null;
          next.current = answer.next_cursor;
          setState((before) => ({
            found: {
              rows: cursor && before.found ? before.found.rows.concat(answer.data) : answer.data,
              total: answer.total,
              facets: answer.facets,
              missed: answer.missed,
            },
            of: key,
            error: null,
          }));
        },
        (error: Error) => {
          if (abort.signal.aborted) return;
          running.current = null;
          setState((before) => ({ ...before, of: key, error }));
        },
      );
      return abort;
    },
    [key],
  );

  useEffect(() => {
    next.current = null;
    const abort = load(undefined);
    return () => {
      abort.abort();
      running.current?.abort();
      running.current = null;
    };
  }, [load, round]);

  const more = useCallback(() => {
    if (next.current && !running.current) load(next.current);
  }, [load]);
  const retry = useCallback(() => setRound((n) => n + 1), []);
  return useMemo(() => ({ found: state.found, stale: state.of !== key, error: state.error, more, retry }), [state, key, more, retry]);
}
