/** How an import's file was read, and what somebody has to decide before its plan is applied. */
import { useCallback } from "preact/hooks";
import { api, body, whole } from "../../api/client";
import type { Import } from "../../model/imports";
import { capital, plural, spaced } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useAction, useLoad } from "../../ui/hooks";
import { FactList, Failure, Icon } from "../../ui/parts";

/** What has to be looked at, with the ways on: apply the plan, or read the file in another way. */
export function Review({ job, may, done }: { job: Import; may: boolean; done: () => void }) {
  const waits = job.dry_run && job.status === "completed";
  if (!waits && job.status !== "failed") {
    return job.needs_review.length > 0 ? <Notes title="Please check" of={job.needs_review} /> : null;
  }
  return (
    <div class={job.needs_review.length || !waits ? "note" : "note good"} role="status">
      <Icon name="alert" />
      <div>
        {waits && (
          <p>
            <b>This is a plan.</b> Nothing has changed yet.
          </p>
        )}
        {job.needs_review.length > 0 && (
          <>
            <p>Check this before you apply it:</p>
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
        Apply the plan
      </button>
      {action.error && <Failure error={action.error} />}
    </>
  );
}

const notations: [string, string][] = [
  ["", "As before"],
  ["auto", "By the numbering plan"],
  ["international", "International, such as 44 20 7946 0120"],
  ["national", "National, such as 020 7946 0120"],
];

/** Plans the file again, read as the form says. */
function Again({ job, done }: { job: Import; done: () => void }) {
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const profiles = useLoad((signal) => whole((cursor) => body(api.GET("/v1/import-profiles", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const keep: [string, string] = ["", "As before"];
  return (
    <FormDialog
      label="Change how it is read"
      title="Change how the file is read"
      yes="Make a new plan"
      send={async (values) => {
        const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        await body(api.POST("/v1/imports/{id}/plan", { params: { path: { id: job.id } }, body: said }));
        done();
      }}
    >
      <Field
        name="package"
        label="Package of rows that name none"
        value={job.package ?? ""}
        options={[keep, ...(packages.data?.data ?? []).map((p): [string, string] => [p.id, p.name])]}
      />
      <Field
        name="profile"
        label="Profile"
        value={job.profile ?? ""}
        options={[keep, ...(profiles.data?.data ?? []).map((p): [string, string] => [p.name, p.name])]}
      />
      <Field name="country_code" label="Calling code of national numbers" hint="Digits only, such as 44." pattern="[0-9]{1,3}" />
      <Field name="notation" label="Numbers without a plus are" options={notations} />
    </FormDialog>
  );
}

const say = { auto: "interpreted by the numbering plan", international: "international", national: "national" };

const delimiters: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };

/** How the file was read. */
export function Reading({ job }: { job: Import }) {
  const r = job.recognised;
  if (!r) return null;
  const header = r.header_line === 0 ? "None" : r.two_headers ? `Lines ${r.header_line - 1} and ${r.header_line}` : `Line ${r.header_line}`;
  const facts: [string, string][] = [
    r.sheet ? ["Sheet", r.sheet] : ["Text", `${r.encoding.toUpperCase()}, columns separated by ${delimiters[r.delimiter] ?? r.delimiter}`],
    ["Header", header],
    ["Numbers without a plus", say[r.notation] + (r.country_code ? `, of +${r.country_code}` : "")],
    ["Decimals", r.decimal ? `after “${r.decimal}”` : "no prices with decimals"],
    ...Object.entries(r.columns).map(([role, name]): [string, string] => [capital(spaced(role)), `from “${name}”`]),
    ["Ignored columns", r.ignored_columns.length ? r.ignored_columns.join(", ") : "None"],
    ...(r.other_sheets.length ? [["Sheets not read", r.other_sheets.join(", ")] as [string, string]] : []),
    ...(r.hidden_rows ? [["Hidden rows", plural(r.hidden_rows, "row")] as [string, string]] : []),
  ];
  return (
    <details class="panel pad reading" open={job.dry_run}>
      <summary>
        <h2>How the file was read</h2>
      </summary>
      <FactList of={facts} />
      {r.sample.length > 0 && (
        <>
          <h3>The first rows</h3>
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
