/** The words for an import or another job on numbers. */
import type { Import } from "../../model/imports";
import { capital, plural } from "../../model/words";

export const isOver = (job: Pick<Import, "status">): boolean => job.status !== "awaiting_upload" && job.status !== "queued" && job.status !== "running";

export const fileName = (source: string): string => source.slice(source.lastIndexOf("/") + 1);

/** The name of a job: its file, or its change of a span. */
export const jobName = ({ source, action }: Pick<Import, "source" | "action">): string =>
  [action !== "offer" && capital(action), fileName(source)].filter(Boolean).join(": ");

/** Reports whether the job has ended at its plan, so that nothing has changed yet. */
export const isPlan = (job: Pick<Import, "dry_run" | "status">): boolean => job.dry_run && job.status === "completed";

export const stateOf = (job: Pick<Import, "dry_run" | "status">): string => (isPlan(job) ? "plan" : job.status);

const effects = [
  ["dids_added", "add", "added"],
  ["dids_withdrawn", "withdraw", "withdrawn"],
  ["dids_repriced", "re-price", "re-priced"],
  ["dids_changed", "change", "changed"],
] as const;

type Outcome = Pick<Import, "dry_run" | "status" | (typeof effects)[number][0]>;

/** "would add 100 DIDs" of a plan, "100 DIDs added" of a job that was applied. */
export function sayOutcome(job: Outcome): string {
  const parts = effects
    .filter(([name]) => job[name] > 0)
    .map(([name, verb, done]) => {
      const dids = plural(job[name], "DID");
      return job.dry_run ? `would ${verb} ${dids}` : `${dids} ${done}`;
    });
  if (parts.length > 0 || !isOver(job)) return parts.join(", ");
  return job.dry_run ? "would change nothing" : "nothing changed";
}
