import { expect, test } from "vitest";
import { reason } from "./rule";

test.each([
  ["*7777", "ends in 7777"],
  ["*?00", "ends in ?00"],
  ["4420*", "begins with +4420"],
  ["*777*", "contains 777"],
  ["44*7?7", "has the pattern 44*7?7"],
])("%s %s", (pattern, said) => expect(reason(pattern).replace(/[⁦-⁩]/g, "")).toBe(said));
