/** A long list of which only the pages in view are loaded. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Rows } from "./rows";

/** One page of a list. */
export interface Answer<Row> {
  data: Row[];
  next_cursor: string | null;
  total: number | null;
}

/** The part of a list that is asked for: after the page before, or after a number of rows. */
export interface Part {
  limit: number;
  cursor: string | undefined;
  offset: number | undefined;
}

export type Ask<A> = (part: Part, signal: AbortSignal) => Promise<A>;

/** The loaded part of a list. */
export interface Loaded<Row, A> {
  rows: Rows<Row>;
  first: A; // the first answer; all answers have the same counts
  latest: A;
}

const pageSize = 200; // rows; the API's most
const ahead = 40; // rows out of sight that are read, too
const mostPages = 100; // kept in memory

type Sight = [first: number, last: number];

/** The loading of one list: one page at a time, always a page in view. */
class Reading<Row, A extends Answer<Row>> {
  private readonly pages = new Map<number, A>();
  private readonly abort = new AbortController();
  private first: A | undefined;
  private latest: A | undefined;
  private busy = false;
  private shown = false;

  constructor(
    readonly key: string,
    private readonly ask: Ask<A>,
    /** The list has no total: its length is the number of loaded rows. */
    private readonly endless: boolean,
    private readonly show: (loaded: Loaded<Row, A>) => void,
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
    const end = this.latest ? Math.min(last + ahead, this.endless ? this.count + 1 : this.count) : 1;
    for (let page = Math.floor(Math.min(first, end) / pageSize); page * pageSize < end; page++) {
      if (!this.pages.has(page)) return this.pages.get(page - 1)?.next_cursor === null ? undefined : page;
    }
    return undefined;
  }

  private async readPage(page: number): Promise<void> {
    const cursor = this.pages.get(page - 1)?.next_cursor ?? undefined; // no row is missed between neighbours
    this.latest = await this.ask({ limit: pageSize, cursor, offset: cursor ? undefined : page * pageSize || undefined }, this.abort.signal);
    this.first ??= this.latest;
    this.pages.set(page, this.latest);
    if (this.pages.size > mostPages) this.giveUpOne();
  }

  private giveUpOne(): void {
    const [first, last] = this.sight.map((row) => Math.floor(row / pageSize)) as Sight;
    for (const page of this.pages.keys()) {
      if (!this.endless && (page < first - 1 || page > last + 1)) {
        this.pages.delete(page);
        return;
      }
    }
  }

  private get count(): number {
    const [page, last] = [...this.pages].find(([page, answer]) => answer.next_cursor === null || (this.endless && page === this.pages.size - 1)) ?? [];
    return page !== undefined && last ? page * pageSize + last.data.length : (this.latest?.total ?? 0);
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
    if (!this.first || !this.latest || this.abort.signal.aborted) return;
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
      first: this.first,
      latest: this.latest,
    });
  }
}

export interface Reader<Row, A> {
  loaded: Loaded<Row, A> | null;
  /** The list has changed: `loaded` is the previous one. */
  stale: boolean;
  error: Error | null;
  /** Loads the rows in view again. */
  again: () => void;
}

/** Reads the list that `key` identifies. */
export function useReading<Row, A extends Answer<Row>>(key: string, ask: Ask<A>, endless = false): Reader<Row, A> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ loaded: Loaded<Row, A> | null; of: string; error: Error | null }>({ loaded: null, of: "", error: null });
  const before = useRef<Reading<Row, A> | null>(null);
  useEffect(() => {
    const reading = new Reading<Row, A>(
      key,
      ask,
      endless,
      (loaded) => setState({ loaded, of: key, error: null }),
      (error) => setState((old) => ({ ...old, of: key, error })),
      before.current?.key === key ? before.current.sight : undefined,
    );
    before.current = reading;
    return () => reading.stop();
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return useMemo(() => ({ loaded: state.loaded, stale: state.of !== key, error: state.error, again }), [state, key, again]);
}
