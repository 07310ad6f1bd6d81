/** Texts for intervals, countries, times and counts. */
import type { Schemas } from "../api/client";

const regions = new Intl.DisplayNames("en", { type: "region" });
const counts = new Intl.NumberFormat("en");

const day = { day: "numeric", month: "short", year: "numeric" } as const;
const hours = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" } as const;

let dates: Intl.DateTimeFormat, moments: Intl.DateTimeFormat, clocks: Intl.DateTimeFormat;

/** Writes all times in the carrier's zone, in which its charges are due. Times of the day name the zone. */
export function setZone(timeZone: string): void {
  const format = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { ...parts, timeZone });
  [dates, moments, clocks] = [format(day), format({ ...day, ...hours }), format(hours)];
}

setZone("UTC");

const plainDays = new Intl.DateTimeFormat("en-GB", { ...day, timeZone: "UTC" });

export function country(code: string | null | undefined): string {
  if (!code) return "International";
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

const unbroken = (text: string) => text.replaceAll(" ", "\u00a0");

export const count = (n: number): string => counts.format(n);
export const date = (time: string): string => unbroken(dates.format(new Date(time)));
/** A day without a time, such as 2027-05-03. */
export const dayOf = (name: string): string => unbroken(plainDays.format(new Date(name)));
export const moment = (time: string): string => unbroken(moments.format(new Date(time)));
export const clock = (time: string): string => clocks.format(new Date(time));

/** "1 number", "2 numbers". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

const adverbs: Record<string, string> = { day: "daily", week: "weekly", month: "monthly", year: "yearly" };

/** "monthly", "every 3 months". */
export function every(interval: Schemas["Interval"]): string {
  if (interval.count === 1) return adverbs[interval.unit] ?? interval.unit;
  return `every ${interval.count} ${interval.unit}s`;
}

/** Reads an interval of a filter: "month", "3 months". */
export function readInterval(text: string): Schemas["Interval"] {
  const [, n, unit = ""] = /^(\d+)?[ -]?(.*?)s?$/.exec(text) ?? [];
  return { unit: unit as "day", count: Number(n ?? 1) };
}

/** "a month", "every 3 months". */
export function per(interval: Schemas["Interval"]): string {
  return interval.count === 1 ? `a ${interval.unit}` : `every ${interval.count} ${interval.unit}s`;
}

/** The words of a name such as fixed_line, with spaces. */
export const spaced = (word: string): string => word.replaceAll("_", " ");

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** "14:09" for the remaining time of a hold; "0:00" after its end. */
export function left(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A message of the API that begins with a field's name, "url: …" or "events/0: …", with the label of that field. */
export const labelled = (message: string, labelOf: (name: string) => string | undefined): string =>
  message.replace(/^([a-z_]+)(?:\/[a-z0-9_]+)*: /, (all, name: string) => {
    const label = labelOf(name);
    return label ? `${label}: ` : all;
  });
