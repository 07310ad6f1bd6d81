/** The schedules by which reports are made. */
import { api, body, everyPage, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { every, moment } from "../../model/words";
import { Ask } from "../../ui/ask";
import { Field, FormDialog, type Values } from "../../ui/form";
import { useLoad } from "../../ui/hooks";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { t } from "../../language";
import { formats, names, type Report } from "./index";

type Schedule = Schemas["AuditSchedule"];

export function Schedules() {
  const schedules = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/audit-schedules", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const columns: TableColumn<Schedule>[] = [
    [t("Schedule"), (s) => s.name],
    [t("Report"), (s) => names[s.report]],
    [t("Every"), (s) => every({ unit: s.every.unit, count: s.every.count ?? 1 })],
    [t("Next"), (s) => moment(s.next_at)],
    [t("Recipients"), (s) => s.recipients.join(", ")],
  ];
  if (may.manage.value) columns.push([t("Actions"), (s) => <Change of={s} done={schedules.reload} />]);
  return (
    <section>
      <div class="toolbar below">
        <h2>{t("Schedules")}</h2>
        {may.manage.value && <Edit done={schedules.reload} />}
      </div>
      <Ready of={schedules} lines={2}>
        {(data) =>
          data.length ? (
            <Table caption={t("Schedules")} rows={data} columns={columns} />
          ) : (
            <p class="quiet">{t("None yet. A schedule makes a report every day, week or month.")}</p>
          )
        }
      </Ready>
    </section>
  );
}

function Change({ of, done }: { of: Schedule; done: () => void }) {
  return (
    <>
      <Edit of={of} done={done} />
      <Ask
        label={t("Delete")}
        title={t("Delete the schedule {name}?", { name: of.name })}
        danger
        run={async () => {
          await body(api.DELETE("/v1/audit-schedules/{name}", { params: { path: { name: of.name } } }));
          done();
        }}
      >
        <p>{t("Its reports stay.")}</p>
      </Ask>
    </>
  );
}

const example = "monthly-inventory"; // names are the same in every language

const units: [string, string][] = [
  ["day", t("days")],
  ["week", t("weeks")],
  ["month", t("months")],
];

function Edit({ of, done }: { of?: Schedule; done: () => void }) {
  const send = async (v: Values) => {
    await body(
      api.PUT("/v1/audit-schedules/{name}", {
        params: { path: { name: of?.name ?? v.name ?? "" } },
        body: {
          report: v.report as Report["report"],
          every: { unit: v.unit as "day", count: Number(v.count) },
          format: v.format as Report["format"],
          recipients: (v.recipients ?? "").split(/[\s,;]+/).filter(Boolean),
        },
      }),
    );
    tell(t("Saved."));
    done();
  };
  return (
    <FormDialog
      label={of ? t("Edit") : t("New schedule")}
      title={of ? t("Schedule {name}", { name: of.name }) : t("A new schedule")}
      yes={t("Save")}
      send={send}
    >
      {!of && <Field name="name" label={t("Name")} pattern="[a-z0-9][a-z0-9\-]*" placeholder={example} required />}
      <Field name="report" label={t("Report")} value={of?.report} options={Object.entries(names)} />
      <div class="pair">
        <Field name="count" label={t("Every")} type="number" min={1} max={366} value={String(of?.every.count ?? 1)} required />
        <Field name="unit" label={t("Unit")} value={of?.every.unit ?? "month"} options={units} />
      </div>
      <Field name="format" label={t("Format")} value={of?.format} options={formats} />
      <Field
        name="recipients"
        label={t("Recipients")}
        value={of?.recipients.join(", ")}
        hint={t("Mail addresses that get a link, separated by commas. The link asks for a sign-in.")}
      />
    </FormDialog>
  );
}
