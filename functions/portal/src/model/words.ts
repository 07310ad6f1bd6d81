/** Texts for intervals, countries, times and counts. */
import type { Schemas } from "../api/client";
import { known, language, locale, plural, t } from "../language";

export { count, plural } from "../language";

const regions = new Intl.DisplayNames(language, { type: "region" });

const day = { day: "numeric", month: "short", year: "numeric" } as const;
const hours = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" } as const;

let dates: Intl.DateTimeFormat, moments: Intl.DateTimeFormat, clocks: Intl.DateTimeFormat;

/** Writes all times in the carrier's zone, in which its charges are due. Times of the day name the zone. */
export function setZone(timeZone: string): void {
  const format = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...parts, timeZone });
  [dates, moments, clocks] = [format(day), format({ ...day, ...hours }), format(hours)];
}

setZone("UTC");

const plainDays = new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" });

export function country(code: string | null | undefined): string {
  if (!code) return t("International");
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

const unbroken = (text: string) => text.replaceAll(" ", "\u00a0");

export const date = (time: string): string => unbroken(dates.format(new Date(time)));
/** A day without a time, such as 2027-05-03. */
export const dayOf = (name: string): string => unbroken(plainDays.format(new Date(name)));
export const moment = (time: string): string => unbroken(moments.format(new Date(time)));
export const clock = (time: string): string => clocks.format(new Date(time));

type Unit = Schemas["Interval"]["unit"];

const adverbs: Record<Unit, string> = { day: t("daily"), week: t("weekly"), month: t("monthly"), year: t("yearly") };

const periods: Record<Unit, string> = { day: t("a day"), week: t("a week"), month: t("a month"), year: t("a year") };

function everyFew({ unit, count }: Schemas["Interval"]): string {
  switch (unit) {
    case "day":
      return plural(count, "every # day", "every # days");
    case "week":
      return plural(count, "every # week", "every # weeks");
    case "month":
      return plural(count, "every # month", "every # months");
    case "year":
      return plural(count, "every # year", "every # years");
  }
}

/** "monthly", "every 3 months". */
export const every = (interval: Schemas["Interval"]): string => (interval.count === 1 ? (adverbs[interval.unit] ?? interval.unit) : everyFew(interval));

/** Reads an interval of a filter: "month", "3 months". */
export function readInterval(text: string): Schemas["Interval"] {
  const [, n, unit = ""] = /^(\d+)?[ -]?(.*?)s?$/.exec(text) ?? [];
  return { unit: unit as "day", count: Number(n ?? 1) };
}

/** "a month", "every 3 months". */
export const per = (interval: Schemas["Interval"]): string => (interval.count === 1 ? periods[interval.unit] : everyFew(interval));

/** The words of a name such as fixed_line, in the reader's language if the catalogue knows the name. */
export const spaced = (word: string): string => known(`=${word}`) ?? word.replaceAll("_", " ");

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
