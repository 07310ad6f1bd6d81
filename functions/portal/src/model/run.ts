/** A chosen part of a run of consecutive numbers. */
import type { Row } from "./search";
import { count, plural } from "./words";
import { t } from "../language";

export interface Part {
  start: string; // E.164 with its plus
  count: number;
}

/** The most numbers that one request may hold. */
export const mostOfRun = 100;

/** A number in the notation of another number of its run. */
export function displayLike(display: string, did: string): string {
  let at = 1;
  return display.replace(/\d/g, () => did[at++] ?? "");
}

/** The parts of a run that are left when some numbers went, if they are long enough. */
export function remaining(row: Row, gone: Iterable<string>, least: number): Row[] {
  const last = Number(row.end ?? row.did);
  let first = Number(row.did);
  const cuts = [...gone]
    .map(Number)
    .filter((n) => n >= first && n <= last)
    .sort((a, b) => a - b);
  if (cuts.length === 0) return [row];
  return [...cuts, last + 1].flatMap((cut) => {
    const [did, length] = [`+${first}`, cut - first];
    first = cut + 1;
    return length < least ? [] : { ...row, did, start: did, end: `+${cut - 1}`, length, display: displayLike(row.display, did) };
  });
}

/** The part that the fields describe, or the fault in them. The last digits of the first number are enough. */
export function readPart(row: Pick<Row, "did" | "end" | "length" | "display">, values: { first?: string; count?: string }): (Part & { end: string }) | string {
  const typed = (values.first ?? "").replace(/\D/g, "");
  const whole = row.did.slice(1);
  const first = Number(typed.length < whole.length ? whole.slice(0, whole.length - typed.length) + typed : typed);
  const last = Number((row.end ?? row.did).slice(1));
  const wanted = Number(values.count);
  if (!typed || first < Number(whole) || first > last)
    return t("The first number must be from {display} to {display2}.", { display: row.display, display2: displayLike(row.display, `+${last}`) });
  if (!Number.isInteger(wanted) || wanted < 1) return t("How many?");
  if (wanted > mostOfRun) return t("At most {mostOfRun} at once.", { mostOfRun: count(mostOfRun) });
  if (first + wanted - 1 > last) return t("From there on, the run has only {numbers}.", { numbers: plural(last - first + 1, "number") });
  return { start: `+${first}`, count: wanted, end: `+${first + wanted - 1}` };
}
