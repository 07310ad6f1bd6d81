/** Reads a pasted list of numbers. */
import { t } from "../language";

export interface PastedList {
  /** The numbers as they were written, one per line. At most `mostLines`. */
  lines: string[];
  /** The number of pasted lines. */
  pasted: number;
  /** The titles of the columns without telephone numbers. */
  ignored: string[];
}

export const mostLines = 5000; // of one look-up
const longestLine = 200; // characters; no number is as long

/** Reads a pasted text. null: it has fewer than two numbers, so it is not a list. */
export function readList(text: string): PastedList | null {
  const { cells, ignored } = columns(text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== ""));
  const lines = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  if (lines.filter(mayBeNumber).length < 2) return null;
  return {
    lines: lines.slice(0, mostLines).map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)),
    pasted: lines.length,
    ignored,
  };
}

const mayBeNumber = (cell: string): boolean => /\d[^a-z]*\d[^a-z]*\d/i.test(cell);

/** A cell that has the digits of a complete number and little else. */
const isNumber = (cell: string): boolean => /^[^a-z]*$/i.test(cell) && cell.replace(/\D/g, "").length >= 7;

/** Returns the cells that can be numbers: a table's columns of numbers, or else all parts between separators. */
function columns(lines: string[]): { cells: string[]; ignored: string[] } {
  const separator = ["\t", ";", ","].find((mark) => lines.some((line) => line.includes(mark)));
  if (!separator) return { cells: lines.flatMap((line) => line.split(/\s+(?=\+\d)/)), ignored: [] };
  const rows = lines.map((line) => line.split(separator));
  const width = rows[0]?.length ?? 0;
  if (rows.length < 2 || rows.some((row) => row.length !== width)) return { cells: rows.flat(), ignored: [] };
  const numbers = Array.from({ length: width }, (_, n) => rows.some((row) => isNumber(row[n] ?? "")));
  if (!numbers.includes(true)) return { cells: rows.flat(), ignored: [] };
  const title = (n: number) => rows[0]?.[n]?.trim() || t("column {n}", { n: n + 1 });
  return {
    cells: rows.flatMap((row) => row.filter((_, n) => numbers[n])),
    ignored: numbers.flatMap((has, n) => (has ? [] : [title(n)])),
  };
}

/** The list with one line replaced. */
export const withLine = (list: PastedList, line: number, text: string): PastedList => ({ ...list, lines: list.lines.with(line - 1, text) });
