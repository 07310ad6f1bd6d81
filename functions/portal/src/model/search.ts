/** The results of a query. Only the pages in view are loaded. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, body, type Schemas } from "../api/client";
import type { Query } from "./query";
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

const pageSize = 200; // rows; the API's most
const ahead = 40; // rows out of sight that are read, too
const mostPages = 100; // that are kept

type Answer = Pick<Schemas["SearchAnswer"], "data" | "total" | "next_cursor" | "facets" | "suggestions" | "other_currency">;

function ask(query: Query, page: number, cursor: string | undefined, signal: AbortSignal): Promise<Answer> {
  const { list: _, consecutive, sort, ...filters } = query;
  return body(
    api.GET("/v1/available-dids", {
      params: {
        query: {
          ...filters,
          limit: pageSize,
          cursor,
          offset: cursor ? undefined : page * pageSize || undefined,
          consecutive: consecutive ? Number(consecutive) : undefined,
          sort: sort === "price" ? sort : undefined,
        },
      },
      signal,
    }),
  );
}

type Sight = [first: number, last: number];

/** The loading of one query: one page at a time, always a page in view. */
class Reading {
  private readonly pages = new Map<number, Answer>();
  private readonly abort = new AbortController();
  private answer: Answer | undefined; // the latest
  private suggestions: Found["suggestions"] = [];
  private facets: Found["facets"] = null; // of the first one: they are all alike
  private busy = false;
  private shown = false;

  constructor(
    readonly query: Query,
    private readonly show: (found: Found) => void,
    private readonly fail: (error: Error) => void,
    public sight: Sight = [0, 1],
  ) {
    void this.read();
  }

  stop(): void {
    this.abort.abort();
  }

  private readonly need = (first: number, last: number): void => {
    this.sight = [first, last];
    void this.read();
  };

  private async read(): Promise<void> {
    if (this.busy || this.abort.signal.aborted) return;
    this.busy = true;
    try {
      for (let page = this.missing(); page !== undefined; page = this.missing()) {
        await this.readPage(page);
        if (this.shown) this.tell();
      }
      if (!this.shown) this.tell();
    } catch (error) {
      if (!this.abort.signal.aborted) this.fail(error as Error);
    } finally {
      this.busy = false;
    }
  }

  /** The first page in view that is not loaded. Before the first answer there is one page. */
  private missing(): number | undefined {
    const [first, last] = this.sight;
    const end = this.answer ? Math.min(last + ahead, this.runs ? this.count + 1 : this.count) : 1;
    for (let page = Math.floor(Math.min(first, end) / pageSize); page * pageSize < end; page++) {
      if (!this.pages.has(page)) return this.pages.get(page - 1)?.next_cursor === null ? undefined : page;
    }
    return undefined;
  }

  private async readPage(page: number): Promise<void> {
    const cursor = this.pages.get(page - 1)?.next_cursor ?? undefined; // no row is missed between neighbours
    this.answer = await ask(this.query, page, cursor, this.abort.signal);
    this.facets ??= this.answer.facets;
    this.suggestions = this.answer.suggestions;
    this.pages.set(page, this.answer);
    if (this.pages.size > mostPages) this.giveUpOne();
  }

  private giveUpOne(): void {
    const [first, last] = this.sight.map((row) => Math.floor(row / pageSize)) as Sight;
    for (const page of this.pages.keys()) {
      if (!this.runs && (page < first - 1 || page > last + 1)) {
        this.pages.delete(page);
        return;
      }
    }
  }

  /** A list of runs has no total: its length is the number of loaded runs. */
  private get runs(): boolean {
    return Boolean(this.query.consecutive);
  }

  private get count(): number {
    const [page, last] = [...this.pages].find(([page, answer]) => answer.next_cursor === null || (this.runs && page === this.pages.size - 1)) ?? [];
    return page !== undefined && last ? page * pageSize + last.data.length : (this.answer?.total ?? 0);
  }

  private readonly load = async (first: number, last: number): Promise<Row[]> => {
    for (let page = Math.floor(first / pageSize); page * pageSize <= last; page++) {
      if (!this.pages.has(page)) await this.readPage(page);
    }
    this.tell();
    const rows: Row[] = [];
    for (let i = first; i <= last; i++) {
      const row = this.pages.get(Math.floor(i / pageSize))?.data[i % pageSize];
      if (row) rows.push(row);
    }
    return rows;
  };

  private tell(): void {
    const pages = new Map(this.pages);
    if (!this.answer || this.abort.signal.aborted) return;
    this.shown = true;
    this.show({
      rows: {
        count: this.count,
        at: (i) => pages.get(Math.floor(i / pageSize))?.data[i % pageSize],
        *here() {
          for (const [page, { data }] of [...pages].sort(([a], [b]) => a - b)) {
            for (const [i, row] of data.entries()) yield [page * pageSize + i, row];
          }
        },
        need: this.need,
        load: this.load,
      },
      total: this.answer.total,
      facets: this.facets,
      suggestions: this.suggestions,
      otherCurrency: this.answer.other_currency,
    });
  }
}

export function useSearch(query: Query): Search {
  const key = JSON.stringify(query);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ found: Found | null; of: string; error: Error | null }>({ found: null, of: "", error: null });
  const before = useRef<Reading | null>(null);
  useEffect(() => {
    const sight = before.current?.query === query ? before.current.sight : undefined;
    const reading = new Reading(
      query,
      (found) => setState({ found, of: key, error: null }),
      (error) => setState((old) => ({ ...old, of: key, error })),
      sight,
    );
    before.current = reading;
    return () => reading.stop();
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return useMemo(() => ({ found: state.found, stale: state.of !== key, error: state.error, again }), [state, key, again]);
}
