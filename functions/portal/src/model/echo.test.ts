import { describe, expect, it } from "vitest";
import { Echoes } from "./echo";

/** What a field does: write, or hear of the address as it is now. */
type Step = { write: string } | { hear: string; foreign: boolean };

describe("a field bound to the address", () => {
  it.each<[string, Step[]]>([
    ["keeps its text when its own write arrives", [{ write: "1" }, { hear: "1", foreign: false }]],
    ["keeps it when an older write arrives late", [{ write: "1" }, { write: "12" }, { hear: "1", foreign: false }, { hear: "12", foreign: false }]],
    ["keeps it when writes arrive together", [{ write: "1" }, { write: "12" }, { hear: "12", foreign: false }]],
    ["takes over what Back restores", [{ write: "1" }, { hear: "1", foreign: false }, { hear: "", foreign: true }]],
    [
      "takes over what Back restores though it wrote the same once",
      [{ write: "1" }, { hear: "1", foreign: false }, { write: "2" }, { hear: "2", foreign: false }, { hear: "1", foreign: true }],
    ],
    ["forgets a write that the next one took back", [{ write: "1" }, { write: "" }, { hear: "", foreign: false }, { hear: "1", foreign: true }]],
    ["takes over another text while a write is on its way", [{ write: "1" }, { hear: "777", foreign: true }]],
  ])("%s", (_, steps) => {
    const field = new Echoes("");
    for (const step of steps) {
      if ("write" in step) field.wrote(step.write);
      else expect(field.isForeign(step.hear), step.hear).toBe(step.foreign);
    }
  });
});
