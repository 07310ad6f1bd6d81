import { expect, test } from "vitest";
import { sayOutcome, stateOf } from "./job";

const job = { dry_run: true, status: "completed" as const, dids_added: 0, dids_withdrawn: 0, dids_repriced: 0, dids_changed: 0 };

test("a plan would change numbers, an applied job has changed them", () => {
  expect(sayOutcome({ ...job, dids_added: 210 })).toBe("would add 210 DIDs");
  expect(sayOutcome({ ...job, dry_run: false, dids_added: 210, dids_repriced: 1 })).toBe("210 DIDs added, 1 DID re-priced");
  expect(sayOutcome({ ...job, dids_withdrawn: 1 })).toBe("would withdraw 1 DID");
  expect(sayOutcome(job)).toBe("would change nothing");
  expect(sayOutcome({ ...job, dry_run: false })).toBe("nothing changed");
  expect(sayOutcome({ ...job, dry_run: false, status: "running" })).toBe("");
});

test("a plan is not shown as completed", () => {
  expect(stateOf(job)).toBe("plan");
  expect(stateOf({ ...job, status: "running" })).toBe("running");
  expect(stateOf({ ...job, dry_run: false })).toBe("completed");
});
