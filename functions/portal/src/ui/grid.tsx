/**
 * A list of any length, of which only the visible rows are in the document. One
 * tab stop: arrows move, Space selects, Shift extends, Ctrl+A takes all loaded.
 */
import { Component, type ComponentChildren, type TargetedKeyboardEvent, type TargetedMouseEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { windowOf } from "../model/window";
import { useMedia } from "./hooks";

export interface Column<T> {
  name: string; // also the class of its cells
  title: string;
  cell: (row: T) => ComponentChildren;
}

export interface Selection<T> {
  has: (row: T) => boolean;
  /** Adds the rows to the selection, or takes them out of it. */
  set: (rows: T[], on: boolean) => void;
}

interface Props<T> {
  label: string;
  kind: string; // class that lays out the columns
  rows: T[];
  total: number; // as far as known; at least rows.length
  keyOf: (row: T) => string;
  columns: Column<T>[];
  selection?: Selection<T>;
  /** Enter, or a click where there is nothing to select. */
  open?: (row: T) => void;
  /** The end of what is loaded comes near. */
  more?: () => void;
  stale?: boolean;
}

const rowHeight = { wide: 44, narrow: 66 };
const ahead = 40; // rows before the end at which more are asked for

export function Grid<T>(props: Props<T>) {
  const { label, kind, rows, total, keyOf, columns, selection, open, more, stale } = props;
  const narrow = useMedia("(max-width: 720px)");
  const height = narrow ? rowHeight.narrow : rowHeight.wide;
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: 30 });
  const [active, setActive] = useState(0);
  const anchor = useRef(0);

  const look = () => {
    const el = box.current;
    if (!el) return;
    const next = windowOf(el.scrollTop, el.clientHeight, height, rows.length);
    setSeen((before) => (before.first === next.first && before.last === next.last ? before : next));
    if (more && next.last >= rows.length - ahead) more();
  };
  useLayoutEffect(look, [rows, height]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  });
  const firstKey = rows[0] ? keyOf(rows[0]) : "";
  useEffect(() => {
    setActive(0);
    anchor.current = 0;
    box.current?.scrollTo(0, 0);
  }, [firstKey]);

  const reveal = (i: number) => {
    const el = box.current;
    if (!el) return;
    const head = el.querySelector<HTMLElement>(".grid-head")?.offsetHeight ?? 0;
    if (i * height < el.scrollTop) el.scrollTop = i * height;
    else if ((i + 1) * height + head > el.scrollTop + el.clientHeight) el.scrollTop = (i + 1) * height + head - el.clientHeight;
  };
  const select = (i: number, extend: boolean) => {
    const row = rows[i];
    if (!row || !selection) return;
    if (extend) {
      const [from, to] = [Math.min(anchor.current, i), Math.max(anchor.current, i)];
      selection.set(rows.slice(from, to + 1), true);
    } else {
      selection.set([row], !selection.has(row));
      anchor.current = i;
    }
  };
  const go = (i: number, extend: boolean) => {
    const to = Math.max(0, Math.min(rows.length - 1, i));
    if (extend) select(to, true);
    else anchor.current = to;
    setActive(to);
    reveal(to);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return; // a button in a row has its own keys
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / height) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    const step = steps[event.key];
    if (step !== undefined) go(active + step, event.shiftKey);
    else if (event.key === " ") select(active, event.shiftKey);
    else if (event.key === "Enter") rows[active] && (open ? open(rows[active]) : select(active, false));
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selection) selection.set(rows, true);
    else return;
    event.preventDefault();
  };
  const onClick = (event: TargetedMouseEvent<HTMLDivElement>) => {
    const el = (event.target as Element).closest<HTMLElement>("[data-row]");
    if (!el || (event.target as Element).closest("a, button, input")) return;
    const i = Number(el.dataset.row);
    setActive(i);
    if (selection) select(i, event.shiftKey);
    else if (rows[i] && open) open(rows[i]);
  };
  const allOn = selection !== undefined && rows.length > 0 && rows.every((row) => selection.has(row));

  return (
    <div
      ref={box}
      class={`grid ${kind} ${selection ? "selectable" : ""} ${open ? "opens" : ""}`}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-busy={stale}
      aria-activedescendant={rows.length ? `${kind}-${active}` : undefined}
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
                aria-label="Select all that are loaded"
                tabIndex={-1}
                onClick={() => selection.set(rows, !allOn)}
              />
            </span>
          )}
          {columns.map((column) => (
            <span key={column.name} class={`cell ${column.name}`} role="columnheader">{column.title}</span>
          ))}
        </div>
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${rows.length * height}px` }}>
        {rows.slice(seen.first, seen.last).map((row, n) => {
          const i = seen.first + n;
          return (
            <Row
              key={keyOf(row)} id={`${kind}-${i}`} index={i} top={i * height} row={row} columns={columns}
              on={selection?.has(row)} active={i === active}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps<T> {
  id: string;
  index: number;
  top: number;
  row: T;
  columns: Column<T>[];
  on: boolean | undefined;
  active: boolean;
}

/** A row, drawn again only when something of it has changed. */
class Row<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate(next: RowProps<T>): boolean {
    return (Object.keys(next) as (keyof RowProps<T>)[]).some((name) => next[name] !== this.props[name]);
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
          <span key={column.name} class={`cell ${column.name}`} role="gridcell">{column.cell(row)}</span>
        ))}
      </div>
    );
  }
}
