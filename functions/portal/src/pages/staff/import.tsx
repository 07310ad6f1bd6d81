/** One import: its progress, and the outcome of each row. */
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "../../router";
import { api, body } from "../../api/client";
import { download } from "../../model/csv";
import { readReport, type Import, type Report } from "../../model/imports";
import { may } from "../../model/me";
import { capital, count, moment, spaced } from "../../model/words";
import { useLoad, useTitle } from "../../ui/hooks";
import { Icon, PageHead, State } from "../../ui/parts";
import { PageOf, Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { fileName, isOver, jobName, stateOf } from "./job";
import { Reading, Review } from "./plan";
import { t } from "../../language";

const interval = 700; // ms between looks at a job that runs

export function ImportPage() {
  const id = useRoute().params.id ?? "";
  const job = useLoad((signal) => body(api.GET("/v1/imports/{id}", { params: { path: { id } }, signal })), [id]);
  const running = job.data !== undefined && !isOver(job.data);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(job.reload, interval);
    return () => clearInterval(timer);
  }, [running, job.reload]);
  useTitle(job.data ? jobName(job.data) : t("Import"));
  return (
    <PageOf of={job} title={t("Import")}>
      {(j) => {
        return (
          <>
            <PageHead
              title={jobName(j)}
              lead={
                <>
                  {moment(j.created_at)} <State of={stateOf(j)} />
                </>
              }
            >
              <a class="button" href="/imports">
                <Icon name="back" /> {t("All imports")}
              </a>
            </PageHead>
            {j.error && (
              <div class="note bad" role="alert">
                <Icon name="alert" />
                <div>
                  <p>{capital(j.error)}</p>
                </div>
              </div>
            )}
            <Review job={j} may={may[/^(withhold|return)$/.test(j.action) ? "withhold" : "import"].value} done={job.reload} />
            <div role="status">
              {running && <Progress job={j} />}
              <Figures job={j} />
            </div>
            <Reading job={j} />
            {j.report_url && <ReportTable key={j.finished_at} id={id} name={fileName(j.source)} />}
          </>
        );
      }}
    </PageOf>
  );
}

/** The progress, once the number of rows is known. */
function Progress({ job }: { job: Import }) {
  const done = job.rows_read - job.rows_left;
  return job.rows_left > 0 ? (
    <progress max={job.rows_read} value={done} aria-label={t("Rows done")} />
  ) : (
    <progress class="job" aria-label={t("Reading the file")} />
  );
}

/** What came of the rows; of a plan, what would come of them. */
function Figures({ job }: { job: Import }) {
  const words = job.dry_run ? planned : applied;
  const dids = (["added", "withdrawn", "repriced", "updated", "changed"] as const).filter((what) => what === "added" || job[`dids_${what}`] > 0);
  return (
    <dl class="figures">
      <div>
        <dt>{t("Rows read")}</dt>
        <dd>{count(job.rows_read)}</dd>
      </div>
      <div>
        <dt>{words.applied}</dt>
        <dd>{count(job.rows_applied)}</dd>
      </div>
      <div>
        <dt>{words.unchanged}</dt>
        <dd>{count(job.rows_unchanged)}</dd>
      </div>
      <div>
        <dt>{words.rejected}</dt>
        <dd class={job.rows_rejected ? "short" : ""}>{count(job.rows_rejected)}</dd>
      </div>
      {dids.map((what) => (
        <div key={what}>
          <dt>{words[what]}</dt>
          <dd>{count(job[`dids_${what}`])}</dd>
        </div>
      ))}
    </dl>
  );
}

const applied = {
  applied: t("Applied"),
  unchanged: t("Unchanged"),
  rejected: t("Rejected"),
  added: t("DIDs added"),
  withdrawn: t("DIDs withdrawn"),
  repriced: t("DIDs moved to another package"),
  updated: t("DIDs updated"),
  changed: t("DIDs changed"),
};
const planned: typeof applied = {
  applied: t("Would apply"),
  unchanged: t("Would stay unchanged"),
  rejected: t("Would reject"),
  added: t("Would add DIDs"),
  withdrawn: t("Would withdraw DIDs"),
  repriced: t("Would move DIDs"),
  updated: t("Would update DIDs"),
  changed: t("Would change DIDs"),
};

const outcomes = ["rejected", "planned", "applied", "unchanged"] as const;
const shown = 200; // rows; the rest is in the file

function ReportTable({ id, name }: { id: string; name: string }) {
  const report = useLoad((signal) => readReport(id, signal), [id]);
  return <Ready of={report}>{(r) => <Rows of={r} name={name} />}</Ready>;
}

function Rows({ of: { header, rows, text }, name }: { of: Report; name: string }) {
  const [only, setOnly] = useState<string>();
  const at = header.indexOf("outcome");
  const tally = new Map<string, number>();
  for (const row of rows) tally.set(row[at] ?? "", (tally.get(row[at] ?? "") ?? 0) + 1);
  const filter = only ?? (tally.has("rejected") ? "rejected" : "");
  const matching = filter ? rows.filter((row) => row[at] === filter) : rows;
  return (
    <section aria-label={t("Report")}>
      <div class="toolbar">
        <h2>{t("Report")}</h2>
        <div class="segments" role="group" aria-label={t("Outcome")}>
          <button type="button" aria-pressed={filter === ""} onClick={() => setOnly("")}>
            {t("All {rows}", { rows: count(rows.length) })}
          </button>
          {outcomes
            .filter((o) => tally.has(o))
            .map((o) => (
              <button key={o} type="button" aria-pressed={filter === o} onClick={() => setOnly(o)}>
                {capital(o)} {count(tally.get(o) ?? 0)}
              </button>
            ))}
        </div>
        <button type="button" onClick={() => download(`report-${name}`, text)}>
          <Icon name="download" /> CSV
        </button>
      </div>
      <Table
        caption={t("Rows of the report")}
        rows={matching.slice(0, shown)}
        columns={header.map((title, n): TableColumn<string[]> => [capital(spaced(title)), (row) => (n === at ? <State of={row[n] ?? ""} /> : row[n])])}
      />
      {matching.length > shown && <p class="quiet">{t("The first {shown} of {matching}; all are in the CSV.", { shown, matching: count(matching.length) })}</p>}
    </section>
  );
}
