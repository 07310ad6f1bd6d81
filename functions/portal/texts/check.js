/**
 * Checks the page's texts: each goes through src/language, and each catalogue
 * translates each of them, with the same placeholders and the plural forms of its
 * language: node texts/check.js [-list | -missing LANGUAGE]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findKeys, findTexts } from "./find.js";
import { nameOf, readProgram, root } from "./program.js";
import { fromApi } from "./wire.js";

const languages = ["de", "fr", "es", "ar"];
const [mode, only] = process.argv.slice(2);

const { sources, checker } = readProgram();
const wrong = [];
const say = (source, start, text) => wrong.push(`${nameOf(source)}:${source.getLineAndCharacterOfPosition(start).line + 1}: ${text}`);

/** The page's sentences, by their keys. */
const asked = new Map(fromApi.map((key) => [key, { key }]));
for (const source of sources) {
  for (const { start, sentence } of findTexts(source, checker))
    say(source, start, `not translated: ${JSON.stringify(sentence)}; write t("…"), or run node texts/wrap.js`);
  for (const found of findKeys(source)) {
    if (found.wrong) say(source, found.start, "the first argument must be the sentence itself");
    else asked.set(found.key, found);
  }
}

for (const language of mode === "-missing" ? [only] : languages) {
  const catalogue = JSON.parse(readFileSync(join(root, "src/language", `${language}.json`), "utf8"));
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const missing = [...asked.values()].filter(({ key }) => catalogue[key] === undefined);
  if (mode === "-missing") {
    const entries = missing.map(({ key, counts }) => [key, counts ? Object.fromEntries(categories.map((category) => [category, ""])) : ""]);
    console.log(JSON.stringify(Object.fromEntries(entries), null, 1));
    process.exit();
  }
  for (const { key } of missing) wrong.push(`src/language/${language}.json: lacks ${JSON.stringify(key)}`);
  for (const [key, value] of Object.entries(catalogue)) {
    const problem = asked.has(key) ? problemOf(key, asked.get(key), value, categories) : "is a text that the page does not have";
    if (problem) wrong.push(`src/language/${language}.json: ${JSON.stringify(key)} ${problem}`);
  }
}

/** The faults of a translation. */
function problemOf(key, { counts }, value, categories) {
  if (!counts)
    return typeof value !== "string" || value === ""
      ? "needs a text"
      : same(slots(key), slots(value))
        ? ""
        : `has other placeholders than ${slots(key).join(" ") || "none"}`;
  if (typeof value !== "object") return `needs a text for each of ${categories.join(", ")}`;
  const lacking = categories.filter((category) => !value[category]);
  if (lacking.length > 0) return `lacks the form ${lacking.join(", ")}`;
  // A form for exactly one or two may say so in words.
  const without = Object.entries(value).filter(([category, text]) => !text.includes("#") && !["zero", "one", "two"].includes(category));
  return without.length > 0 ? `lacks # in the form ${without[0][0]}` : "";
}

function slots(text) {
  return [...text.matchAll(/\{\w+\}|<\/?\w+>/g)].map(([slot]) => slot).sort();
}

function same(a, b) {
  return [...new Set(a)].join() === [...new Set(b)].join();
}

for (const line of wrong) console.log(line);
if (wrong.length > 0 && mode !== "-list") process.exitCode = 1;
