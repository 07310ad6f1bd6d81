/**
 * Finds the digits of a number that a search's text means, to mark them. It follows
 * the API's reading of `q`: see parseBox in internal/catalogue/search/box.go.
 */

const keypad = "22233344455566677778889999"; // ITU-T E.161

/** The text as digits, ? and *, and whether it began with a plus. */
export function tokens(q: string): { text: string; plus: boolean } {
  const trimmed = q.trim();
  const text = trimmed
    .toLowerCase()
    .replace(/[a-z]/g, (letter) => keypad[letter.charCodeAt(0) - 97] ?? "")
    .replace(/[^0-9?*]/g, "")
    .replace(/\*+/g, "*");
  return { text, plus: trimmed.startsWith("+") };
}

/** A compiled search text: gives the places of the matched digits in a number. */
export type Marker = (digits: string, callingCodeLength: number) => Set<number>;

export function marker(q: string): Marker {
  const { text, plus } = tokens(q);
  if (!/[0-9]/.test(text)) return () => new Set();
  const whole = text.includes("*");
  const anchored = pattern(text, plus || whole, whole);
  const national = text.startsWith("0") ? pattern(text.slice(1), true, whole) : null;
  const abroad = text.startsWith("00") ? pattern(text.slice(2), true, whole) : null;
  return (digits, callingCodeLength) =>
    places(anchored, digits, 0) ?? (national && places(national, digits, callingCodeLength)) ?? (abroad && places(abroad, digits, 0)) ?? new Set();
}

/** Marks what the search text means and, if asked, the last four digits: they are why a number is memorable. */
export function markerOf(q: string, ending: boolean): Marker {
  const mark = marker(q);
  if (!ending) return mark;
  return (digits, callingCodeLength) => new Set([...mark(digits, callingCodeLength), ...[4, 3, 2, 1].map((from) => digits.length - from)]);
}

function pattern(text: string, fromStart: boolean, toEnd: boolean): RegExp {
  const body = text
    .split(/([0-9]+)/)
    .map((part) => (/^[0-9]/.test(part) ? `(${part})` : part.replaceAll("?", "[0-9]").replaceAll("*", "[0-9]*")))
    .join("");
  return new RegExp((fromStart ? "^" : "") + body + (toEnd ? "$" : ""), "d");
}

function places(expression: RegExp, digits: string, from: number): Set<number> | null {
  const found = expression.exec(digits.slice(from));
  if (!found) return null;
  const marked = new Set<number>();
  for (const group of found.indices?.slice(1) ?? []) {
    for (let i = group[0]; i < group[1]; i++) marked.add(from + i);
  }
  return marked;
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** A number as people write it, in pieces that are marked or not. */
export function pieces(display: string, mark: Marker): Piece[] {
  const digits = display.replace(/\D/g, "");
  const callingCode = /^\+(\d+)/.exec(display)?.[1]?.length ?? 0;
  const marked = mark(digits, callingCode);
  const list: Piece[] = [];
  let at = 0;
  for (const char of display) {
    const isDigit = char >= "0" && char <= "9";
    // A separator within a marked stretch belongs to it.
    const on = isDigit ? marked.has(at) : marked.has(at - 1) && marked.has(at);
    if (isDigit) at++;
    const last = list.at(-1);
    if (last && last.marked === on) last.text += char;
    else list.push({ text: char, marked: on });
  }
  return list;
}
