import { beforeEach, expect, it, vi } from "vitest";

async function reading(language: string) {
  vi.resetModules();
  vi.stubGlobal("localStorage", { getItem: () => language });
  return (await import("./decimal")).readDecimal;
}

beforeEach(() => vi.unstubAllGlobals());

it.each([
  ["en", "1.5", "1.5"],
  ["en", "1500", "1500"],
  ["en", "1.500", "1.500"],
  ["en", "1,234.50", "1234.50"],
  ["en", "1,5", "1.5"],
  ["en", "0,500", "0.500"],
  ["de", "1,5", "1.5"],
  ["de", "1.5", "1.5"],
  ["de", "1,500", "1.500"],
  ["de", "1.234,50", "1234.50"],
  ["de", "1.234.567", "1234567"],
  ["fr", "1\u202f500,25", "1500.25"],
  ["fr", "1 500", "1500"],
  ["ar", "١٢٫٥", "12.5"],
  ["de", "-3,20", "-3.20"],
  ["de", "", ""],
])("reads in %s %s as %s", async (language, text, want) => expect((await reading(language))(text)).toBe(want));

it.each([
  ["de", "1.500", ["1500", "1,500"]],
  ["es", "12.345", ["12345", "12,345"]],
  ["en", "1,500", ["1500", "1.500"]],
])("refuses in %s %s, and names both meanings", async (language, text, meanings) => {
  const read = await reading(language);
  for (const meaning of meanings) expect(() => read(text)).toThrow(meaning);
});

it.each(["abc", "1,2,3", "1.2,3.4", "12.34.56", "1.00000", "--1", "1e5"])("refuses %s", async (text) => {
  const read = await reading("en");
  expect(() => read(text)).toThrow();
});
