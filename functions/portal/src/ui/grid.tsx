/**
 * A list of any length, of which only the visible rows are in the document. One
 * tab stop: arrows move, Space selects, Shift extends, Ctrl+A takes all loaded.
 */
import { Component, type ComponentChildren, type TargetedKeyboardEvent, type TargetedMouseEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Rows } from "../model/rows";
import { moved, scrollTopFor, slotsOf, tallest, windowOf, type Place } from "../model/window";
import { count } from "../model/words";
import { useMedia } from "./hooks";
import { tell } from "./toast";
import { leftHere, note } from "./visits";
import { t } from "../language";

export interface Column<T> {
  name: string; // also the class of its cells
  title: string;
  cell: (row: T) => ComponentChildren;
}

export interface Selection<T> {
  has: (row: T) => boolean;
  /** Adds the rows to the selection, or removes them. */
  set: (rows: T[], on: boolean) => void;
}

interface Props<T> {
  label: string;
  kind: string; // class that lays out the columns
  /** Identifies the list: another list starts at its top. */
  list: string;
  rows: Rows<T>;
  total: number; // as far as known
  columns: Column<T>[];
  selection?: Selection<T>;
  /** Called on Enter, or on a click if rows can't be selected. */
  open?: (row: T) => void;
  stale?: boolean;
}

const rowHeight = { wide: 44, narrow: 66 };
const headHeight = { wide: 35, narrow: 36 }; // about: how far the list can scroll depends on it
const rests = 150; // ms without a movement, after which the scrollbar is put right
const mostAtOnce = 1000; // rows that Shift selects

export function Grid<T>(props: Props<T>) {
  const { label, kind, list, rows, total, columns, selection, open, stale } = props;
  const narrow = useMedia("(max-width: 720px)");
  const height = narrow ? rowHeight.narrow : rowHeight.wide;
  const fullHeight = rows.count * height;
  const drawnHeight = Math.min(fullHeight, tallest);
  const box = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ top: 0, scrollTop: 0 });
  const [seen, setSeen] = useState({ first: 0, last: 30, slots: 64, shift: 0 });
  const [back] = useState(() => leftHere().grid);
  const [active, setActive] = useState(0);
  const now = useRef(0); // the active row
  now.current = active;
  const begun = useRef(false);
  const anchor = useRef(0);
  const resting = useRef(0);

  const room = () => {
    const view = box.current?.clientHeight ?? 0;
    const over = (narrow ? headHeight.narrow : headHeight.wide) - view;
    return { view, full: Math.max(0, fullHeight + over), drawn: Math.max(0, drawnHeight + over) };
  };
  const look = () => {
    const el = box.current;
    if (!el) return;
    const { view, full, drawn } = room();
    place.current = moved(place.current, el.scrollTop, view, full, drawn);
    const { top, scrollTop } = place.current;
    const next = { ...windowOf(top, view, height, rows.count), slots: slotsOf(view, height), shift: top - scrollTop };
    setSeen((before) => (same(before, next) ? before : next));
    rows.need?.(next.first, next.last);
    if (begun.current) note({ grid: { top, active: now.current } });
    if (fullHeight === drawnHeight) return;
    clearTimeout(resting.current);
    resting.current = setTimeout(() => standAt(place.current.top), rests);
  };
  /** Scrolls the list to a given top. */
  const standAt = (top: number) => {
    const el = box.current;
    if (!el) return;
    const { full, drawn } = room();
    const to = scrollTopFor(Math.max(0, Math.min(top, full)), full, drawn);
    if (to === el.scrollTop && top === place.current.top) return;
    el.scrollTop = to;
    place.current = { top: Math.max(0, Math.min(top, full)), scrollTop: el.scrollTop };
    look();
  };
  useLayoutEffect(look, [rows, height]);
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const observer = new ResizeObserver(() => latest.current());
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const at = begun.current ? undefined : back;
    begun.current = true;
    setActive(at?.active ?? 0);
    anchor.current = at?.active ?? 0;
    standAt(at?.top ?? 0);
  }, [list]);

  const reveal = (i: number) => {
    const { view } = room();
    const free = view - (narrow ? headHeight.narrow : headHeight.wide);
    if (i * height < place.current.top) standAt(i * height);
    else if ((i + 1) * height > place.current.top + free) standAt((i + 1) * height - free);
  };
  const extend = async (to: number) => {
    const [from, last] = [Math.min(anchor.current, to), Math.max(anchor.current, to)];
    if (last - from >= mostAtOnce) tell(t("At most {mostAtOnce} rows are selected at once.", { mostAtOnce: count(mostAtOnce) }), "bad");
    const end = Math.min(last, from + mostAtOnce - 1);
    const between = Array.from({ length: end - from + 1 }, (_, n) => rows.at(from + n));
    const all = between.every((row) => row !== undefined);
    selection?.set(all ? between : ((await rows.load?.(from, end)) ?? []), true);
  };
  const select = (i: number, extended: boolean) => {
    const row = rows.at(i);
    if (!selection) return;
    if (extended) void extend(i).catch((error: Error) => tell(error.message, "bad"));
    else if (row !== undefined) {
      selection.set([row], !selection.has(row));
      anchor.current = i;
    }
  };
  const go = (i: number, extended: boolean) => {
    const to = Math.max(0, Math.min(rows.count - 1, i));
    if (extended) select(to, true);
    else anchor.current = to;
    setActive(to);
    reveal(to);
  };
  const enter = () => {
    const row = rows.at(active);
    if (row === undefined) return;
    if (open) open(row);
    else select(active, false);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return; // a button in a row has its own keys
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / height) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.count, End: rows.count };
    const step = steps[event.key];
    const inSight = active >= seen.first && active < seen.last;
    if (step !== undefined) go((inSight ? active : Math.ceil(place.current.top / height)) + step, event.shiftKey);
    else if (event.key === " ") select(active, event.shiftKey);
    else if (event.key === "Enter") enter();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selection) selection.set(rowsHere(rows), true);
    else return;
    event.preventDefault();
  };
  const onClick = (event: TargetedMouseEvent<HTMLDivElement>) => {
    const el = (event.target as Element).closest<HTMLElement>("[data-row]");
    if (!el || (event.target as Element).closest("a, button, input")) return;
    const i = Number(el.dataset.row);
    const row = rows.at(i);
    setActive(i);
    if (selection) select(i, event.shiftKey);
    else if (row !== undefined && open) open(row);
  };
  const allOn = selection !== undefined && areAll(rows, selection);

  return (
    <div
      ref={box}
      class={`grid ${kind} ${selection ? "selectable" : ""} ${open ? "opens" : ""}`}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-busy={stale}
      aria-activedescendant={rows.count ? `${kind}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onScroll={look}
    >
      <div class="grid-head" role="rowgroup">
        <div class="row" role="row" aria-rowindex={1}>
          {selection && (
            <span class="cell check" role="columnheader">
              <button
                type="button"
                class={`tick ${allOn ? "on" : ""}`}
                aria-pressed={allOn}
                aria-label={t("Select all that are loaded")}
                tabIndex={-1}
                onClick={() => selection.set(rowsHere(rows), !allOn)}
              />
            </span>
          )}
          {columns.map((column) => (
            <span key={column.name} class={`cell ${column.name}`} role="columnheader">
              {column.title}
            </span>
          ))}
        </div>
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${drawnHeight}px` }}>
        {Array.from({ length: Math.max(0, Math.min(seen.last, rows.count) - seen.first) }, (_, n) => {
          const i = seen.first + n;
          const row = rows.at(i);
          return (
            <Row
              key={i % seen.slots}
              id={`${kind}-${i}`}
              index={i}
              top={i * height - seen.shift}
              row={row}
              columns={columns}
              on={selection && row !== undefined && selection.has(row)}
              active={i === active}
            />
          );
        })}
      </div>
    </div>
  );
}

const rowsHere = <T,>(rows: Rows<T>): T[] => Array.from(rows.here(), ([, row]) => row);

function areAll<T>(rows: Rows<T>, selection: Selection<T>): boolean {
  let any = false;
  for (const [, row] of rows.here()) {
    if (!selection.has(row)) return false;
    any = true;
  }
  return any;
}

const same = <O extends object>(a: O, b: O): boolean => (Object.keys(b) as (keyof O)[]).every((name) => a[name] === b[name]);

interface RowProps<T> {
  id: string;
  index: number;
  top: number;
  row: T | undefined;
  columns: Column<T>[];
  on: boolean | undefined;
  active: boolean;
}

/** A row. It is drawn again only when it has changed, and reuses the elements of a row that left the view. */
class Row<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate(next: RowProps<T>): boolean {
    return !same(this.props, next);
  }

  render({ id, index, top, row, columns, on, active }: RowProps<T>) {
    return (
      <div
        id={id}
        class={`row ${active ? "active" : ""}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={on}
        data-row={index}
        style={{ transform: `translateY(${top}px)` }}
      >
        {on !== undefined && (
          <span class="cell check" role="gridcell">
            <span class={`tick ${on ? "on" : ""}`} />
          </span>
        )}
        {columns.map((column) => (
          <span key={column.name} class={`cell ${column.name}`} role="gridcell">
            {row === undefined ? <span class="coming-row" /> : column.cell(row)}
          </span>
        ))}
      </div>
    );
  }
}
