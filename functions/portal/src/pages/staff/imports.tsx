/** The carrier's imports: upload a file and follow it. */
import { useCallback, useRef, useState } from "preact/hooks";
import { useLocation } from "../../router";
import { api, body, whole } from "../../api/client";
import { send } from "../../model/imports";
import { may } from "../../model/me";
import { count, moment } from "../../model/words";
import { useAction, useLoad, useTitle } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty, Failure, Icon, PageHead, State } from "../../ui/parts";
import { Table } from "../../ui/table";
import { jobName, sayOutcome, stateOf } from "./job";
import { type Profile, Profiles } from "./profiles";
import { rich, t } from "../../language";

export function ImportsPage() {
  useTitle(t("Imports"));
  const profiles = useLoad((signal) => whole((cursor) => body(api.GET("/v1/import-profiles", { params: { query: { limit: 200, cursor } }, signal }))), []);
  return (
    <div class="page">
      <PageHead title={t("Imports")} lead={t("Files of ranges, as CSV or workbooks (.xlsx). Every row of a file has its row in the report.")} />
      {may.import.value && <Drop profiles={profiles.data?.data ?? []} />}
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/imports", { params: { query: { cursor } }, signal }))}
        empty={<Empty title={t("No imports yet")} icon="upload" />}
      >
        {(jobs) => (
          <Table
            caption={t("Imports, the newest first")}
            rows={jobs}
            columns={[
              [t("File"), (job) => <a href={`/imports/${job.id}`}>{jobName(job)}</a>],
              [t("When"), (job) => moment(job.created_at)],
              [
                t("State"),
                (job) => (
                  <>
                    <State of={stateOf(job)} />
                    {job.needs_review.length > 0 && job.dry_run && <small> {t("needs review")}</small>}
                  </>
                ),
              ],
              [t("Rows"), (job) => count(job.rows_read), "count"],
              [
                t("Applied"),
                (job) => (
                  <>
                    {job.dry_run && <small>{t("would apply")} </small>}
                    {count(job.rows_applied)}
                  </>
                ),
                "count",
              ],
              [
                t("Rejected"),
                (job) => (
                  <span class={job.rows_rejected ? "short" : ""}>
                    {job.dry_run && <small>{t("would reject")} </small>}
                    {count(job.rows_rejected)}
                  </span>
                ),
                "count",
              ],
              ["DIDs", sayOutcome],
            ]}
          />
        )}
      </Pages>
      <Profiles of={profiles} />
    </div>
  );
}

const choices = [
  ["plan", t("Plan first: show the outcome of each row, change nothing yet")],
  ["whole", t("All or nothing: apply no row if one is rejected")],
  ["replace", t("Replace: withdraw numbers that the file lacks")],
] as const;

function Drop({ profiles }: { profiles: Profile[] }) {
  const { route } = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const [how, setHow] = useState({ whole: false, replace: false, plan: true });
  const [what, setWhat] = useState({ action: "offer" as "offer" | "adopt", profile: "" });
  const upload = useAction(
    useCallback(
      async (file: File | undefined) => {
        if (!file) return;
        setSent(0);
        try {
          route(
            `/imports/${await send(
              file,
              {
                action: what.action,
                profile: what.profile || undefined,
                mode: how.whole ? "all_or_nothing" : "partial",
                strategy: how.replace ? "replace" : "add",
                dry_run: how.plan,
              },
              setSent,
            )}`,
          );
        } finally {
          setSent(null);
        }
      },
      [route, how, what],
    ),
  );
  return (
    <section
      class={`drop ${over ? "over" : ""}`}
      aria-label={t("Import a file")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void upload.run(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="upload" />
      <div>
        <p>
          {rich("<b>Drop a file here</b>, or", { b: (text) => <b>{text}</b> })}{" "}
          <button type="button" disabled={upload.busy} onClick={() => input.current?.click()}>
            {t("choose one")}
          </button>
        </p>
        <p class="quiet">
          {rich(
            "Columns by header: <code>start,end,package</code>, <code>prefix,size,package</code> or <code>number,package</code>, or by an import profile.",
            { code: (text) => <code>{text}</code> },
          )}
        </p>
        <div class="segments">
          <select aria-label={t("Content of the file")} onChange={(event) => setWhat({ ...what, action: event.currentTarget.value as "offer" })}>
            <option value="offer">{t("Numbers to offer")}</option>
            <option value="adopt">{t("Existing rentals of customers")}</option>
          </select>
          <select aria-label={t("Import profile")} onChange={(event) => setWhat({ ...what, profile: event.currentTarget.value })}>
            <option value="">{t("Read by its header")}</option>
            {profiles.map((p) => (
              <option key={p.name} value={p.name}>
                {t("By the profile {name}", { name: p.name })}
              </option>
            ))}
          </select>
        </div>
        {choices.map(([name, say]) => (
          <label key={name} class="choice">
            <input type="checkbox" checked={how[name]} onChange={(event) => setHow({ ...how, [name]: event.currentTarget.checked })} /> {say}
          </label>
        ))}
        <input
          ref={input}
          class="hidden"
          type="file"
          accept=".csv,.txt,.tsv,.gz,.xlsx,.xlsm,text/csv"
          aria-label={t("File to import")}
          tabIndex={-1}
          onChange={(event) => void upload.run(event.currentTarget.files?.[0])}
        />
        {sent !== null && <progress max={1} value={sent} aria-label={t("Sent")} />}
        {upload.error && <Failure error={upload.error} />}
      </div>
    </section>
  );
}
