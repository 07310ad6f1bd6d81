/** CSV (RFC 4180) that a spreadsheet opens without running anything in it. */

/** A field that a spreadsheet would take for a formula; a plus and digits is a number, and stays. */
const formula = /^(?:[=@\t\r]|[+-](?!\d+$))/;

function field(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
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

export function download(name: string, text: string, type = "text/csv"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
