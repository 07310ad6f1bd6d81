/** Import profiles: how to read files with a carrier's own columns. */
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { capital, spaced } from "../../model/words";
import { Field, FormDialog, type Values } from "../../ui/form";
import type { Loaded } from "../../ui/hooks";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { rich, t } from "../../language";

export type Profile = Schemas["ListedProfile"];
type Columns = Schemas["ProfileColumns"];

// The values of a row; several columns may be joined for the first of them.
const joined = ["start", "end", "prefix", "number"];
const names = [
  ...joined,
  "size",
  "range",
  "national_length",
  "package",
  "area",
  "type",
  "features",
  "status",
  "country",
  "setup",
  "monthly",
  "currency",
] as (keyof Columns)[];

export function Profiles({ of }: { of: Loaded<{ data: Profile[] }> }) {
  const columns: TableColumn<Profile>[] = [
    [t("Profile"), (p) => p.name],
    [t("Country code"), (p) => `+${p.country_code}`],
    [
      t("Columns"),
      (p) =>
        names
          .filter((name) => p.columns[name])
          .map((name) => `${spaced(name)}: ${written(p.columns[name])}`)
          .join(", "),
    ],
    [t("Package"), (p) => p.default_package],
  ];
  if (may.import.value) columns.push([t("Change"), (p) => <Edit of={p} done={of.reload} />]);
  return (
    <>
      <div class="toolbar below">
        <h2>{t("Import profiles")}</h2>
        {may.import.value && <Edit done={of.reload} />}
      </div>
      <Ready of={of} lines={2}>
        {({ data }) =>
          data.length ? (
            <Table caption={t("Import profiles")} rows={data} columns={columns} />
          ) : (
            <p class="quiet">{t("None yet. A profile tells how to read files whose columns have other names, or none.")}</p>
          )
        }
      </Ready>
    </>
  );
}

const written = (column: Columns[keyof Columns]): string => [column ?? []].flat().join(" + ");

/** A header, or a position if it is a number. */
const read = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

function Edit({ of, done }: { of?: Profile; done: () => void }) {
  const send = async (v: Values) => {
    const columns = Object.fromEntries(
      names
        .filter((name) => v[name])
        .map((name) => {
          const list = v[name]!.split("+").map((part) => read(part.trim()));
          return [name, joined.includes(name) && list.length > 1 ? list : read(v[name]!)];
        }),
    ) as Columns;
    const { name: _, ...kept } = of ?? { name: "" };
    await body(
      api.PUT("/v1/import-profiles/{name}", {
        params: { path: { name: of?.name ?? v.profile ?? "" } },
        body: {
          ...kept,
          columns,
          country_code: v.code ?? "",
          trunk_prefix: v.trunk || undefined,
          default_package: v.default || undefined,
          delimiter: v.delimiter?.replace("tab", "\t") || undefined,
          encoding: (v.encoding as "utf-8") || undefined,
          accept_status: v.accept ? v.accept.split(",").map((status) => status.trim()) : undefined,
        },
      }),
    );
    tell(t("Saved."));
    done();
  };
  return (
    <FormDialog
      label={of ? t("Change") : t("New profile")}
      title={of ? t("Profile {name}", { name: of.name }) : t("A new profile")}
      yes={t("Save")}
      send={send}
    >
      {!of && (
        <Field
          name="profile"
          label={t("Name")}
          hint={t("Files under inventory/…/<name>/ are read by this profile too.")}
          pattern="[a-z0-9][a-z0-9\-]*"
          required
        />
      )}
      <div class="pair">
        <Field name="code" label={t("Country code")} value={of?.country_code} pattern="[0-9]{1,3}" placeholder="44" required />
        <Field name="trunk" label={t("Trunk prefix")} value={of?.trunk_prefix} placeholder="0" />
      </div>
      <div class="pair">
        <Field name="default" label={t("Default package")} value={of?.default_package} />
        <Field name="accept" label={t("Accepted statuses")} value={of?.accept_status?.join(", ")} />
      </div>
      <div class="pair">
        <Field
          name="delimiter"
          label={t("Delimiter")}
          value={of?.delimiter?.replace("\t", "tab")}
          options={[
            ["", t("Auto-detect")],
            [",", t("comma")],
            [";", t("semicolon")],
            ["tab", t("tab")],
            ["|", "|"],
          ]}
        />
        <Field
          name="encoding"
          label={t("Encoding")}
          value={of?.encoding}
          options={[
            ["", t("Auto-detect")],
            ["utf-8", "UTF-8"],
            ["latin-1", "Latin-1"],
          ]}
        />
      </div>
      <p class="hint">
        {rich("The column of each value: its header, or its position from 1. Join several columns as <code>NPA + NXX</code>.", {
          code: (text) => <code>{text}</code>,
        })}
      </p>
      <div class="pair">
        {names.map((name) => (
          <Field key={name} name={name} label={capital(spaced(name))} value={written(of?.columns[name])} />
        ))}
      </div>
    </FormDialog>
  );
}
