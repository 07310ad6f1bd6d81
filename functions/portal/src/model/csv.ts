/** CSV (RFC 4180) in which a spreadsheet runs no formula. */

/** A field that a spreadsheet would run as a formula, or whose digits it would change, once its apostrophes are passed over. */
const unsafe = /^'*(?:\p{Cc}|[\s\p{Cc}\p{Cf}']*[=+\-@＝＋－＠−]|0(?![.,])(?=[., ]*\d)[\d., ]*$|(?:[., ]*\d){12}[\d., ]*$)/u;

/** The field, with the apostrophe that makes it text if it needs one. */
export const guard = (field: string): string => (unsafe.test(field) ? `'${field}` : field);

/** A field without that apostrophe. */
export const unguard = (field: string): string => (field.startsWith("'") && unsafe.test(field) ? field.slice(1) : field);

function field(text: string): string {
  const safe = guard(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const toCSV = (rows: string[][]): string => rows.map((row) => row.map(field).join(",") + "\r\n").join("");

/** Fields of a CSV text, quotes and line breaks within them included. */
export function readCSV(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const token = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const body = text.replace(/^\uFEFF/, "");
  while (token.lastIndex < body.length) {
    const found = token.exec(body);
    if (!found) break;
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] !== ",") {
      rows.push(row);
      row = [];
    }
  }
  if (row.length) rows.push([...row, ""]);
  return rows;
}

/** The byte order mark, by which a spreadsheet recognises UTF-8. Texts from fetch have lost it. */
const mark = "\uFEFF";

export function download(name: string, text: string, type = "text/csv"): void {
  save(name, new Blob([type === "text/csv" && !text.startsWith(mark) ? mark + text : text], { type }));
}

/** Lets the browser save a file. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
