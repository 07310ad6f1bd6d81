/** Reports as files: made now or by a schedule, with their progress and their download; regulators' forms. */
import { useEffect } from "preact/hooks";
import { api, body, type Schemas } from "../../api/client";
import { save } from "../../model/csv";
import { may } from "../../model/me";
import { capital, count, date, moment } from "../../model/words";
import { Field, FormDialog, type Values } from "../../ui/form";
import { useAction, useLoad, useTitle } from "../../ui/hooks";
import { Empty, Failure, PageHead, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { tell } from "../../ui/toast";
import { locale, t } from "../../language";
import { DisconnectedNumbers } from "./disconnected";
import { Schedules } from "./schedules";

export type Report = Schemas["ReportFile"];

/** What each report is called. The last two are regulators' forms. */
export const names: Record<Report["report"], string> = {
  inventory: t("Inventory"),
  rentals: t("Rentals"),
  utilisation: t("Use of ranges"),
  idle: t("Idle numbers"),
  revenue: t("Revenue"),
  changes: t("Changes"),
  nruf: t("Use of US blocks (NRUF, FCC Form 502)"),
  rnd: t("Disconnected US numbers (Reassigned Numbers Database)"),
};

const kinds = Object.keys(names) as Report["report"][];
const forms: Report["report"][] = ["nruf", "rnd"];
const isOpen = (r: Report) => r.status === "queued" || r.status === "running";
const pause = 3000; // ms between two looks at a report that is made

export const formats: [string, string][] = [
  ["csv", "CSV"],
  ["xlsx", "XLSX"],
];

export function AuditsPage() {
  useTitle(t("Audits and reports"));
  const reports = useLoad((signal) => body(api.GET("/v1/reports", { params: { query: { limit: 100 } }, signal })), []);
  const open = reports.data?.data.some(isOpen) ?? false;
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(reports.reload, pause);
    return () => clearInterval(timer);
  }, [open, reports.reload]);
  return (
    <div class="page">
      <PageHead title={t("Audits and reports")} lead={t("Reports as files, made now or by a schedule. They are kept for 400 days.")}>
        {may.report.value && <Now kinds={kinds.filter((k) => !forms.includes(k))} label={t("Make a report")} done={reports.reload} primary />}
      </PageHead>
      <section>
        <div class="toolbar">
          <h2>{t("Reports")}</h2>
        </div>
        <Ready of={reports} lines={4}>
          {({ data }) =>
            data.length ? (
              <Table
                caption={t("Reports")}
                rows={data}
                columns={[
                  [t("Report"), (r) => names[r.report]],
                  [t("Period"), period],
                  [t("Made"), (r) => moment(r.finished_at ?? r.created_at)],
                  [t("State"), (r) => <Progress of={r} />],
                  [t("Rows"), (r) => count(r.rows), "count"],
                  [t("Size"), (r) => (r.size === null ? "" : size(r.size)), "count"],
                  [t("Actions"), (r) => <Actions of={r} done={reports.reload} />],
                ]}
              />
            ) : (
              <Empty title={t("No reports yet")} icon="list">
                <p>{t("Make one now, or let a schedule make it.")}</p>
              </Empty>
            )
          }
        </Ready>
      </section>
      <Schedules />
      <section>
        <div class="toolbar below">
          <h2>{t("Regulators’ forms")}</h2>
        </div>
        <p>
          {t(
            "The use of blocks of 1,000 US numbers in the terms of FCC Form 502, and the US numbers that were disconnected in a period, for the Reassigned Numbers Database.",
          )}
        </p>
        {may.report.value && (
          <div class="buttons">
            <Now kinds={["nruf"]} label={t("Use of US blocks")} done={reports.reload} />
            <Now kinds={["rnd"]} label={t("Disconnected numbers")} done={reports.reload} />
          </div>
        )}
      </section>
      <DisconnectedNumbers />
    </div>
  );
}

function period(r: Report): string {
  if (!r.from || !r.to) return r.as_of ? date(r.as_of) : "";
  return `${date(r.from)} – ${date(new Date(Date.parse(r.to) - 1).toISOString())}`;
}

const unit = (of: string) => new Intl.NumberFormat(locale, { style: "unit", unit: of, maximumFractionDigits: 0 });
const [kilobytes, megabytes] = [unit("kilobyte"), unit("megabyte")];
const size = (bytes: number): string => (bytes < 1e6 ? kilobytes.format(Math.ceil(bytes / 1e3)) : megabytes.format(bytes / 1e6));

function Progress({ of: r }: { of: Report }) {
  return (
    <>
      <State of={r.status} />
      {r.status === "running" && r.rows_about !== null && <progress value={r.rows} max={Math.max(r.rows, r.rows_about)} aria-label={t("Progress")} />}
      {r.error && <p class="hint">{capital(r.error)}</p>}
    </>
  );
}

function Actions({ of: r, done }: { of: Report; done: () => void }) {
  const params = { path: { id: r.id } };
  const download = useAction(async () => {
    const file = await body<Blob>(api.GET("/v1/reports/{id}/download", { params, parseAs: "blob" }));
    save(`${r.report}-${(r.as_of ?? r.created_at).slice(0, 10)}.${r.format}`, file);
  });
  const cancel = useAction(async () => {
    await body(api.POST("/v1/reports/{id}/cancel", { params }));
    done();
  });
  const failed = download.error ?? cancel.error;
  return (
    <>
      {r.status === "completed" && (
        <button
          type="button"
          disabled={download.busy}
          onClick={() => void download.run()}
          aria-label={t("Download {report} as {format}", { report: names[r.report], format: r.format.toUpperCase() })}
        >
          {r.format.toUpperCase()}
        </button>
      )}
      {isOpen(r) && may.report.value && (
        <button type="button" disabled={cancel.busy} onClick={() => void cancel.run()}>
          {t("Cancel")}
        </button>
      )}
      {failed && <Failure error={failed} />}
    </>
  );
}

interface NowProps {
  kinds: Report["report"][];
  label: string;
  done: () => void;
  primary?: boolean;
}

const periods: Report["report"][] = ["revenue", "changes", "rnd"];

function Now({ kinds, label, done, primary }: NowProps) {
  const send = async (v: Values) => {
    const report = (v.report ?? kinds[0]) as Report["report"];
    const asks = periods.includes(report);
    await body(
      api.POST("/v1/reports", {
        body: { report, format: v.format as Report["format"], from: (asks && v.from) || undefined, to: (asks && v.to) || undefined },
      }),
    );
    tell(t("The report is being made."));
    done();
  };
  return (
    <FormDialog label={label} title={label} yes={t("Make it now")} primary={primary} send={send}>
      {kinds.length > 1 && <Field name="report" label={t("Report")} options={kinds.map((k) => [k, names[k]])} />}
      <Field name="format" label={t("Format")} options={formats} />
      {kinds.some((k) => periods.includes(k)) && (
        <div class="pair">
          <Field name="from" label={t("First day")} type="date" hint={t("Of revenue, changes and disconnected numbers; the last month if empty.")} />
          <Field name="to" label={t("Last day")} type="date" />
        </div>
      )}
    </FormDialog>
  );
}
