/** Changes of many DIDs: the jobs, and one of them with its progress, its report and its undo. */
import { useCallback, useEffect, useRef } from "preact/hooks";
import { useLocation, useRoute } from "../../router";
import { download } from "../../model/csv";
import { editsPath, listEdits, makeEditByFile, readEdit, reportOf, stepEdit, type EditJob } from "../../model/edits";
import { may } from "../../model/me";
import { show } from "../../model/money";
import { count, moment, plural } from "../../model/words";
import { useAction, useLoad, useTitle } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty, FactList, Failure, Icon, PageHead, State } from "../../ui/parts";
import { PageOf } from "../../ui/ready";
import { Table } from "../../ui/table";
import { t } from "../../language";

const names = {
  settings: t("Destination, label or tags"),
  cancel: t("Cancellation"),
  restore: t("Cancellation taken back"),
  reclaim: t("Reclaim"),
};

const nameOf = (job: EditJob): string =>
  job.kind === "undo"
    ? t("Undo of: {change}", { change: names[job.change] })
    : job.dry_run
      ? t("Preview of: {change}", { change: names[job.change] })
      : names[job.change];

const mayChange = (customer?: string): boolean => (customer ? may.withhold.value : may.edit.value);

export function EditsPage() {
  useTitle(t("Changes of many DIDs"));
  const customer = useRoute().params.id;
  return (
    <div class="page">
      <PageHead title={t("Changes of many DIDs")} lead={t("Each has a report for each number. You can undo a change for 24 hours.")}>
        <a class="button" href={customer ? `/rentals?customer=${customer}` : "/dids"}>
          <Icon name="back" /> {customer ? t("Rentals") : t("My DIDs")}
        </a>
      </PageHead>
      {mayChange(customer) && <Upload customer={customer} />}
      <Pages load={(cursor, signal) => listEdits(customer, cursor, signal)} deps={[customer]} empty={<Empty title={t("No changes of many DIDs yet")} />}>
        {(jobs) => (
          <Table
            caption={t("Changes of many DIDs, the newest first")}
            rows={jobs}
            columns={[
              [t("Change"), (job) => <a href={editsPath(customer, job.id)}>{nameOf(job)}</a>],
              [t("When"), (job) => moment(job.created_at)],
              [t("State"), (job) => <State of={job.status} />],
              [t("Selected"), (job) => count(job.selected), "count"],
              [t("Changed"), (job) => count(job.changed), "count"],
              [t("Rejected"), (job) => <span class={job.rejected ? "short" : ""}>{count(job.rejected)}</span>, "count"],
            ]}
          />
        )}
      </Pages>
    </div>
  );
}

function Upload({ customer }: { customer?: string }) {
  const { route } = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const upload = useAction(
    useCallback(
      async (file: File | undefined) => {
        if (file) route(editsPath(customer, (await makeEditByFile(customer, file)).id));
      },
      [customer, route],
    ),
  );
  return (
    <section class="drop" aria-label={t("Change DIDs by a file")}>
      <p>
        {t(
          "A CSV file with the columns number, destination, label and tags. An empty cell leaves a value as it is, a hyphen removes it. You see first what would change.",
        )}
      </p>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={t("File of changes")}
        onChange={(event) => void upload.run(event.currentTarget.files?.[0])}
      />
      <button type="button" disabled={upload.busy} onClick={() => input.current?.click()}>
        <Icon name="upload" /> {t("Choose a file")}
      </button>
      {upload.error && <Failure error={upload.error} />}
    </section>
  );
}

/** The facts that have a value. */
const facts = (all: [name: string, value?: string | null][]): [string, string][] => all.filter((fact): fact is [string, string] => typeof fact[1] === "string");

const interval = 1000; // ms between looks at a job that is running

export function EditPage() {
  useTitle(t("Change of many DIDs"));
  const { id, edit } = useRoute().params;
  const customer = edit ? id : undefined;
  const job = useLoad((signal) => readEdit(customer, (edit ?? id) as string, signal), [id, edit]);
  return (
    <PageOf of={job} title={t("Change of many DIDs")}>
      {(j) => <Shown job={j} customer={customer} reload={job.reload} />}
    </PageOf>
  );
}

interface ShownProps {
  job: EditJob;
  customer?: string;
  reload: () => void;
}

function Shown({ job, customer, reload }: ShownProps) {
  const running = job.status === "running";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(reload, interval);
    return () => clearInterval(timer);
  }, [running, reload]);
  const report = useAction(useCallback(async () => download(`edit-${job.id}.csv`, await reportOf(customer, job.id)), [customer, job.id]));
  return (
    <>
      <PageHead
        title={nameOf(job)}
        lead={
          <>
            {moment(job.created_at)} <State of={job.status} />
          </>
        }
      >
        <a class="button" href={editsPath(customer)}>
          <Icon name="back" /> {t("Changes of many DIDs")}
        </a>
        <button type="button" disabled={report.busy} onClick={() => void report.run()}>
          <Icon name="download" /> {t("Report")}
        </button>
      </PageHead>
      {report.error && <Failure error={report.error} />}
      <div class="panel pad" role="status">
        {running && <progress max={job.selected} value={job.selected - job.left} aria-label={t("Numbers done")} />}
        {job.can_apply && <p>{t("This is a preview: nothing was changed yet.")}</p>}
        <FactList
          of={facts([
            [t("Selected"), plural(job.selected, "number")],
            [job.dry_run ? t("Would change") : t("Changed"), count(job.changed)],
            [t("Have the values already"), count(job.unchanged)],
            [t("Rejected"), count(job.rejected)],
            [t("Left"), job.left ? count(job.left) : undefined],
            [t("Cost"), job.total ? show(job.total) : undefined],
            [t("By"), job.by?.name ?? job.by?.id],
          ])}
        />
      </div>
      {mayChange(customer) && <Steps job={job} customer={customer} reload={reload} />}
    </>
  );
}

/** What can be done with the job now. */
function Steps({ job, customer, reload }: ShownProps) {
  const { route } = useLocation();
  const step = useAction(
    useCallback(
      async (what: "apply" | "undo" | "cancel") => {
        const next = await stepEdit(customer, job.id, what);
        if (next.id === job.id) reload();
        else route(editsPath(customer, next.id));
      },
      [customer, job.id, reload, route],
    ),
  );
  return (
    <>
      {step.error && <Failure error={step.error} />}
      <p class="buttons">
        {job.followed_by && (
          <a class="button" href={editsPath(customer, job.followed_by)}>
            {job.dry_run ? t("Show the change") : t("Show the undo")}
          </a>
        )}
        {job.status === "running" && (
          <button type="button" disabled={step.busy} onClick={() => void step.run("cancel")}>
            {t("Stop")}
          </button>
        )}
        {job.undo_until && (
          <button type="button" disabled={step.busy} onClick={() => void step.run("undo")}>
            {t("Undo until {time}", { time: moment(job.undo_until) })}
          </button>
        )}
        {job.can_apply && (
          <button type="button" class="primary" disabled={step.busy || job.changed === 0} onClick={() => void step.run("apply")}>
            {t("Change {DIDs}", { DIDs: plural(job.changed, "DID") })}
          </button>
        )}
      </p>
    </>
  );
}
