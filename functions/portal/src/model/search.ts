/** The search as a list that grows: pages in order, while the query stands. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, body, type Offer, type Schemas } from "../api/client";
import type { Query } from "./query";

export interface Found {
  rows: Offer[];
  total: number;
  facets: Schemas["Facets"];
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

type Answer = Schemas["SearchAnswer"];

function ask(query: Query, cursor: string | undefined, signal: AbortSignal): Promise<Answer> {
  return body(api.GET("/v1/available-dids", { params: { query: { ...query, limit: pageSize, cursor } }, signal })) as Promise<Answer>;
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
