/** Decimals as people write them in their language. What can be read in two ways is refused, never guessed. */
import { isolated, locale, t } from "../language";

const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(0.5);
const point = parts.find((part) => part.type === "decimal")?.value ?? ".";

/** Arabic digits and separators, and the blanks that group digits, as this page reads them. */
const plain = (text: string): string =>
  text
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll("٬", "")
    .replaceAll("٫", point)
    .replace(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, "");

/** The decimal of the wire, such as 1500.50, written as the language does. */
export const writeDecimal = (value: string): string => value.replace(".", point);

/** Reads a decimal into the form of the wire: "1,5" is 1.5 in German. Its errors are for the person who typed it. */
export function readDecimal(text: string): string {
  const given = plain(text.trim());
  if (/^-?\d*$/.test(given)) return given;
  const [, sign = "", digits = ""] = /^(-?)(\d[\d.,]*)$/.exec(given) ?? [];
  const separators = [...new Set(digits.match(/[.,]/g))];
  const whole = digits.replace(/[.,]/g, "");
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const [before, after] = [digits.slice(0, last), digits.slice(last + 1)];
  if (separators.length === 2 && isGrouped(before)) return limited(text, `${sign}${before.replace(/[.,]/g, "")}.${after}`);
  if (separators.length !== 1) throw new Error(t("“{text}” is not a number.", { text }));
  if (/[.,]/.test(before)) return limited(text, isGrouped(digits) ? sign + whole : "");
  if (separators[0] !== point && isGrouped(digits)) throw twofold(text, whole, `${before}.${after}`);
  return limited(text, `${sign}${before}.${after}`);
}

/** Whether the digits are grouped by thousands, all by the same separator. */
const isGrouped = (digits: string): boolean => /^[1-9]\d{0,2}(([.,])\d{3}(\2\d{3})*)?$/.test(digits);

const twofold = (text: string, one: string, other: string): Error =>
  new Error(
    t("“{text}” can be {one} or {other}. Write the one that you mean without separators of thousands, and a decimal with “{point}”.", {
      text,
      one,
      other: writeDecimal(other),
      point: isolated(point),
    }),
  );

/** A decimal that the API takes: at most 15 digits before the point and 4 after it. */
function limited(text: string, value: string): string {
  if (/^-?\d{1,15}\.\d{1,4}$|^-?\d{1,15}$/.test(value)) return value;
  throw new Error(t("“{text}” is not a number with at most 15 digits and 4 decimals.", { text }));
}
