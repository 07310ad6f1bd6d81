/** A list that loads another page when its reader asks for more. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Failure, Skeleton } from "./parts";
import { leftHere, note } from "./visits";
import { t } from "../language";

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** Reads the page that begins at the cursor. */
export type ReadPage<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** Reads pages until one has rows: a page can be empty although its cursor leads to more. */
async function rowsFrom<T>(load: ReadPage<T>, cursor: string | undefined, signal: AbortSignal): Promise<Page<T>> {
  let page = await load(cursor, signal);
  while (page.data.length === 0 && page.next_cursor && !signal.aborted) page = await load(page.next_cursor, signal);
  return page;
}

interface Props<T> {
  load: ReadPage<T>;
  /** The list starts again when one of these changes. */
  deps?: unknown[];
  empty: ComponentChildren;
  children: (rows: T[]) => ComponentChildren;
}

export function Pages<T>({ load, deps = [], empty, children }: Props<T>) {
  const [rows, setRows] = useState<T[]>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const read = useCallback((cursor: string | undefined, signal: AbortSignal) => {
    setBusy(true);
    setError(undefined);
    rowsFrom(load, cursor, signal)
      .then((page) => {
        if (signal.aborted) return;
        setRows((before) => (cursor && before ? before.concat(page.data) : page.data));
        setNext(page.next_cursor);
      })
      .catch((caught: Error) => !signal.aborted && setError(caught))
      .finally(() => !signal.aborted && setBusy(false));
  }, deps);
  useEffect(() => {
    const abort = new AbortController();
    read(undefined, abort.signal);
    return () => abort.abort();
  }, [read]);
  const pages = useRef(1);
  const wanted = useRef(leftHere().pages ?? 1); // as many as before, after Back
  useEffect(() => {
    if (!rows || !next || busy || error || pages.current >= wanted.current) return;
    more();
  }, [rows]);
  const more = () => {
    note({ pages: ++pages.current });
    again();
  };
  const again = () => read(next ?? undefined, new AbortController().signal);
  return (
    <>
      {rows && rows.length > 0 && children(rows)}
      {rows?.length === 0 && !error && empty}
      {error && <Failure error={error} retry={again} />}
      {!rows && !error && <Skeleton />}
      {next && !error && (
        <p class="more">
          <button type="button" disabled={busy} onClick={more}>
            {busy ? t("Loading …") : t("Show more")}
          </button>
        </p>
      )}
    </>
  );
}
