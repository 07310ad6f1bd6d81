/**
 * Texts in the reader's language. The English sentence in the source is the key
 * of its translations, so English has no catalogue:
 *
 *   t("No numbers match")
 *   t("Order {number}", { number: order.number })
 *   plural(3, "number")                                    // "3 numbers"
 *   plural(n, "every # month", "every # months")
 *   rich("Order <a>{number}</a> paid for it.", { number, a: (text) => <a href={path}>{text}</a> })
 *
 * A sentence that means two things has a note after ##, which is not shown:
 * t("Order##sequence"). The catalogues are the JSON files beside this one;
 * `npm run check` fails on a sentence that one of them lacks.
 */
import { createElement, Fragment as Group, type ComponentChildren } from "preact"; // the build adds h and Fragment by their own names

export const languages = { en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" } as const;

export type Language = keyof typeof languages;

/** A translation: a text or, for a count, a text for each plural category of the language. */
type Catalogue = Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;

const keptAs = "language";

/** The language that the reader chose on this device or, without a choice, the first of the browser's languages that exists here. */
export const language: Language = chosen() ?? preferred();

function chosen(): Language | undefined {
  const name = globalThis.localStorage?.getItem(keptAs);
  return name && name in languages ? (name as Language) : undefined;
}

function preferred(): Language {
  const wanted = globalThis.document ? navigator.languages.map((tag) => tag.split("-")[0]) : [];
  return (wanted.find((name) => name && name in languages) ?? "en") as Language;
}

/** Shows the page in another language from now on. Texts are read once, so the page loads again. */
export function choose(name: Language): void {
  localStorage.setItem(keptAs, name);
  location.reload();
}

export const isRightToLeft = language === "ar";

/** The language for Intl. Arabic has the digits of telephone numbers, which readers copy and type. */
export const locale = { en: "en-GB", de: "de", fr: "fr", es: "es", ar: "ar-u-nu-latn" }[language];

const load: Record<Exclude<Language, "en">, () => Promise<{ default: Catalogue }>> = {
  de: () => import("./de.json"),
  fr: () => import("./fr.json"),
  es: () => import("./es.json"),
  ar: () => import("./ar.json"),
};

// Everything that has a text imports this module, and so waits for the catalogue.
const catalogue: Catalogue = language === "en" ? {} : (await load[language]()).default;

if (globalThis.document) {
  document.documentElement.lang = language;
  document.documentElement.dir = isRightToLeft ? "rtl" : "ltr";
}

const rules = new Intl.PluralRules(locale);
// English groups digits by commas, whatever the country; so do the API's messages.
const numbers = new Intl.NumberFormat(language === "en" ? "en" : locale);

/** A count with its thousands grouped. */
export const count = (n: number): string => numbers.format(n);

const [isolate, end] = isRightToLeft ? ["\u2068", "\u2069"] : ["", ""];

/** A value of a sentence; null and undefined are shown as nothing. */
type Value = string | number | null | undefined;

/** A value that keeps its own direction inside a sentence: a number, an amount or a name. */
export const isolated = (value: Value): string => (value === "" || value == null ? "" : isolate + (typeof value === "number" ? count(value) : value) + end);

function translated(sentence: string): string {
  const found = catalogue[sentence];
  return typeof found === "string" ? found : (sentence.split("##")[0] ?? sentence);
}

/** A sentence with its values. */
export function t(sentence: string, values: Record<string, Value> = {}): string {
  return translated(sentence).replace(/\{(\w+)\}/g, (all, name: string) => (name in values ? isolated(values[name]) : all));
}

/** A text that the catalogue may lack, because the API made it; undefined if it does. */
export const known = (key: string): string | undefined => {
  const found = catalogue[key];
  return typeof found === "string" ? found : undefined;
};

type Around = (text: ComponentChildren) => ComponentChildren;
type Slot = ComponentChildren | Around;

/** A sentence with elements inside: as values, or around a part of the sentence. */
export function rich(sentence: string, values: Record<string, Slot>): ComponentChildren {
  return filled(translated(sentence), values);
}

function filled(text: string, values: Record<string, Slot>): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{(\w+)\}|<(\w+)>(.*?)<\/\2>/g)) {
    const [all, value, tag, inside = ""] = match;
    parts.push(text.slice(at, match.index), value ? shown(values[value] as ComponentChildren) : around(values[tag ?? ""], filled(inside, values)));
    at = match.index + all.length;
  }
  return createElement(Group, null, ...parts, text.slice(at));
}

const shown = (value: ComponentChildren): ComponentChildren => (typeof value === "string" || typeof value === "number" ? isolated(value) : value);

const around = (slot: Slot, text: ComponentChildren): ComponentChildren => (typeof slot === "function" ? (slot as Around)(text) : text);

/** "1 number", "2,000 numbers": a count and its noun, or a sentence in which # is the count. */
export function plural(n: number, one: string, many = `${one}s`): string {
  const forms = catalogue[one.includes("#") ? one : `# ${one}`];
  const form = typeof forms === "object" ? (forms[rules.select(n)] ?? forms.other) : undefined;
  const text = form ?? (n === 1 ? one : many);
  return text.includes("#") || form !== undefined ? text.replace("#", isolated(n)) : `${count(n)} ${text}`;
}
