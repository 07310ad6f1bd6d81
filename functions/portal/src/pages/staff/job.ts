/** The words for an import or another job on numbers. */
import type { Import } from "../../model/imports";
import { capital, plural, spaced } from "../../model/words";
import { t } from "../../language";

export const isOver = (job: Pick<Import, "status">): boolean => job.status !== "awaiting_upload" && job.status !== "queued" && job.status !== "running";

export const fileName = (source: string): string => source.slice(source.lastIndexOf("/") + 1);

/** The name of a job: its file, or its change of a span. */
export const jobName = ({ source, action }: Pick<Import, "source" | "action">): string =>
  [action !== "offer" && capital(spaced(action)), fileName(source)].filter(Boolean).join(": ");

/** Reports whether the job has ended at its plan, so that nothing has changed yet. */
export const isPlan = (job: Pick<Import, "dry_run" | "status">): boolean => job.dry_run && job.status === "completed";

export const stateOf = (job: Pick<Import, "dry_run" | "status">): string => (isPlan(job) ? "plan" : job.status);

const effects = ["dids_added", "dids_withdrawn", "dids_repriced", "dids_changed"] as const;

type Effect = (typeof effects)[number];

const planned: Record<Effect, (n: number) => string> = {
  dids_added: (n) => plural(n, "would add # DID", "would add # DIDs"),
  dids_withdrawn: (n) => plural(n, "would withdraw # DID", "would withdraw # DIDs"),
  dids_repriced: (n) => plural(n, "would re-price # DID", "would re-price # DIDs"),
  dids_changed: (n) => plural(n, "would change # DID", "would change # DIDs"),
};

const done: Record<Effect, (n: number) => string> = {
  dids_added: (n) => plural(n, "# DID added", "# DIDs added"),
  dids_withdrawn: (n) => plural(n, "# DID withdrawn", "# DIDs withdrawn"),
  dids_repriced: (n) => plural(n, "# DID re-priced", "# DIDs re-priced"),
  dids_changed: (n) => plural(n, "# DID changed", "# DIDs changed"),
};

type Outcome = Pick<Import, "dry_run" | "status" | Effect>;

/** "would add 100 DIDs" of a plan, "100 DIDs added" of a job that was applied. */
export function sayOutcome(job: Outcome): string {
  const say = job.dry_run ? planned : done;
  const parts = effects.filter((name) => job[name] > 0).map((name) => say[name](job[name]));
  if (parts.length > 0 || !isOver(job)) return parts.join(", ");
  return job.dry_run ? t("would change nothing") : t("nothing changed");
}
