/** How an import's file was read, and what somebody has to decide before its plan is applied. */
import { useCallback } from "preact/hooks";
import { api, body, whole } from "../../api/client";
import type { Import } from "../../model/imports";
import { capital, plural, spaced } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useAction, useLoad } from "../../ui/hooks";
import { FactList, Failure, Icon } from "../../ui/parts";
import { rich, t } from "../../language";

/** What has to be looked at, with the ways on: apply the plan, or read the file in another way. */
export function Review({ job, may, done }: { job: Import; may: boolean; done: () => void }) {
  const waits = job.dry_run && job.status === "completed";
  if (!waits && job.status !== "failed") {
    return job.needs_review.length > 0 ? <Notes title={t("Please check")} of={job.needs_review} /> : null;
  }
  return (
    <div class={job.needs_review.length || !waits ? "note" : "note good"} role="status">
      <Icon name="alert" />
      <div>
        {waits && <p>{rich("<b>This is a plan.</b> Nothing has changed yet.", { b: (text) => <b>{text}</b> })}</p>}
        {job.needs_review.length > 0 && (
          <>
            <p>{t("Check this before you apply it:")}</p>
            <ul>
              {job.needs_review.map((text) => (
                <li key={text}>{capital(text)}.</li>
              ))}
            </ul>
          </>
        )}
        {may && (
          <div class="buttons">
            {waits && job.rows_applied > 0 && <Apply id={job.id} done={done} />}
            {job.source && <Again job={job} done={done} />}
          </div>
        )}
      </div>
    </div>
  );
}

const Notes = ({ title, of }: { title: string; of: string[] }) => (
  <div class="note">
    <Icon name="alert" />
    <div>
      <p>
        <b>{title}</b>
      </p>
      <ul>
        {of.map((text) => (
          <li key={text}>{capital(text)}.</li>
        ))}
      </ul>
    </div>
  </div>
);

function Apply({ id, done }: { id: string; done: () => void }) {
  const action = useAction(
    useCallback(async () => {
      await body(api.POST("/v1/imports/{id}/apply", { params: { path: { id } } }));
      done();
    }, [id, done]),
  );
  return (
    <>
      <button type="button" class="primary" disabled={action.busy} onClick={() => void action.run()}>
        {t("Apply the plan")}
      </button>
      {action.error && <Failure error={action.error} />}
    </>
  );
}

const notations: [string, string][] = [
  ["", t("As before")],
  ["auto", t("By the numbering plan")],
  ["international", t("International, such as 44 20 7946 0120")],
  ["national", t("National, such as 020 7946 0120")],
];

/** Plans the file again, read as the form says. */
function Again({ job, done }: { job: Import; done: () => void }) {
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const profiles = useLoad((signal) => whole((cursor) => body(api.GET("/v1/import-profiles", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const keep: [string, string] = ["", t("As before")];
  return (
    <FormDialog
      label={t("Change how it is read")}
      title={t("Change how the file is read")}
      yes={t("Make a new plan")}
      send={async (values) => {
        const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        await body(api.POST("/v1/imports/{id}/plan", { params: { path: { id: job.id } }, body: said }));
        done();
      }}
    >
      <Field
        name="package"
        label={t("Package of rows that name none")}
        value={job.package ?? ""}
        options={[keep, ...(packages.data?.data ?? []).map((p): [string, string] => [p.id, p.name])]}
      />
      <Field
        name="profile"
        label={t("Profile")}
        value={job.profile ?? ""}
        options={[keep, ...(profiles.data?.data ?? []).map((p): [string, string] => [p.name, p.name])]}
      />
      <Field name="country_code" label={t("Calling code of national numbers")} hint={t("Digits only, such as 44.")} pattern="[0-9]{1,3}" />
      <Field name="notation" label={t("Numbers without a plus are")} options={notations} />
    </FormDialog>
  );
}

const say = { auto: t("interpreted by the numbering plan"), international: t("international##numbers"), national: t("national##numbers") };

const delimiters: Record<string, string> = { ",": t("commas"), ";": t("semicolons"), "\t": t("tabs"), "|": t("bars") };

/** How the file was read. */
export function Reading({ job }: { job: Import }) {
  const r = job.recognised;
  if (!r) return null;
  const header =
    r.header_line === 0
      ? t("None")
      : r.two_headers
        ? t("Lines {first} and {second}", { first: r.header_line - 1, second: r.header_line })
        : t("Line {header_line}", { header_line: r.header_line });
  const facts: [string, string][] = [
    r.sheet
      ? [t("Sheet"), r.sheet]
      : [
          t("Text"),
          t("{encoding}, columns separated by {delimiters}", { encoding: r.encoding.toUpperCase(), delimiters: delimiters[r.delimiter] ?? r.delimiter }),
        ],
    [t("Header"), header],
    [t("Numbers without a plus"), [say[r.notation], r.country_code && `+${r.country_code}`].filter(Boolean).join(", ")],
    [t("Decimals"), r.decimal ? t("after “{decimal}”", { decimal: r.decimal }) : t("no prices with decimals")],
    ...Object.entries(r.columns).map(([role, name]): [string, string] => [capital(spaced(role)), t("from “{name}”", { name })]),
    [t("Ignored columns"), r.ignored_columns.length ? r.ignored_columns.join(", ") : t("None")],
    ...(r.other_sheets.length ? [[t("Sheets not read"), r.other_sheets.join(", ")] as [string, string]] : []),
    ...(r.hidden_rows ? [[t("Hidden rows"), plural(r.hidden_rows, "row")] as [string, string]] : []),
  ];
  return (
    <details class="panel pad reading" open={job.dry_run}>
      <summary>
        <h2>{t("How the file was read")}</h2>
      </summary>
      <FactList of={facts} />
      {r.sample.length > 0 && (
        <>
          <h3>{t("The first rows")}</h3>
          <ul class="sample">
            {r.sample.map((row) => (
              <li key={row}>{capital(row)}</li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
