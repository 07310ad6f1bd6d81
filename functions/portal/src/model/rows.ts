/** Rows of a list, of which not all need be here. */
export interface Rows<T> {
  count: number;
  /** undefined: it is not here yet. */
  at: (i: number) => T | undefined;
  /** All that are here, with their places. */
  here: () => Iterable<[place: number, row: T]>;
  /** These come into sight: what is missing is asked for. */
  need?: (first: number, last: number) => void;
  /** Loads rows, up to the last of them that is asked for. */
  load?: (first: number, last: number) => Promise<T[]>;
}

/** A list that is here as a whole. */
export const allHere = <T>(list: T[]): Rows<T> => ({ count: list.length, at: (i) => list[i], here: () => list.entries() });

/** The rows without those at some places, ascending; the ones behind move up. */
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
