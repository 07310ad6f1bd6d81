/** The rows of a list; some may not be loaded yet. */
export interface Rows<T> {
  count: number;
  /** undefined: the row is not loaded yet. */
  at: (i: number) => T | undefined;
  /** All loaded rows, with their places. */
  here: () => Iterable<[place: number, row: T]>;
  /** Called when these rows come into view; loads the missing ones. */
  need?: (first: number, last: number) => void;
  /** Loads all rows up to the given one. */
  load?: (first: number, last: number) => Promise<T[]>;
}

/** A list that is loaded completely. */
export const allHere = <T>(list: T[]): Rows<T> => ({ count: list.length, at: (i) => list[i], here: () => list.entries() });

/** The rows without some places, ascending; later rows move up. */
export function without<T>(rows: Rows<T>, gone: number[]): Rows<T> {
  const placeOf = (i: number) => {
    for (const g of gone) {
      if (g > i) break;
      i++;
    }
    return i;
  };
  const away = new Set(gone.map(rows.at));
  return {
    count: rows.count - gone.length,
    at: (i) => rows.at(placeOf(i)),
    *here() {
      let before = 0;
      for (const [place, row] of rows.here()) {
        if (away.has(row)) before++;
        else yield [place - before, row];
      }
    },
    need: (first, last) => rows.need?.(placeOf(first), placeOf(last)),
    load: rows.load && (async (first, last) => ((await rows.load?.(placeOf(first), placeOf(last))) ?? []).filter((row) => !away.has(row))),
  };
}
