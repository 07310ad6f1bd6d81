import { beforeEach, expect, it, vi } from "vitest";

/** The module as a reader of another language has it. */
async function reading(name: string, catalogue: Record<string, unknown>) {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => name });
  vi.doMock(`./${name}.json`, () => ({ default: catalogue }));
  return await import("./index");
}

beforeEach(() => vi.unstubAllGlobals());

it("says English without a catalogue", async () => {
  const { plural, t } = await reading("en", {});
  expect([t("Order {number}", { number: "A-1" }), t("Order##sequence"), t("{n} rows", { n: 1234 })]).toEqual(["Order A-1", "Order", "1,234 rows"]);
  expect([plural(1, "number"), plural(2000, "match", "matches"), plural(3, "every # day", "every # days")]).toEqual([
    "1 number",
    "2,000 matches",
    "every 3 days",
  ]);
});

it("translates a sentence, and groups its numbers as the language does", async () => {
  const { t } = await reading("de", { "{n} rows": "{n} Zeilen", "Order##sequence": "Reihenfolge" });
  expect([t("{n} rows", { n: 1234 }), t("Order##sequence"), t("Not translated")]).toEqual(["1.234 Zeilen", "Reihenfolge", "Not translated"]);
});

it("has each plural form of Arabic, and keeps the direction of values", async () => {
  const { plural } = await reading("ar", { "# number": { zero: "0", one: "رقم واحد", two: "رقمان", few: "# أرقام", many: "# رقمًا", other: "# رقم" } });
  expect([1, 2, 3, 11, 100].map((n) => plural(n, "number"))).toEqual([
    "رقم واحد",
    "رقمان",
    "\u20683\u2069 أرقام",
    "\u206811\u2069 رقمًا",
    "\u2068100\u2069 رقم",
  ]);
});
