/** The carrier's packages. A changed price is a new version, for new rentals. */
import { api, body, type Schemas, serverNow, whole } from "../../api/client";
import { isForeign, sayForeign } from "../../model/foreign";
import { may, me } from "../../model/me";
import { capital, date, every, plural } from "../../model/words";
import { Ask } from "../../ui/ask";
import { decimal, Field, FormDialog, type Values } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Empty, PageHead, Recurring, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";

type Package = Schemas["Package"];

export function PackagesPage() {
  useTitle("Packages");
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const columns: TableColumn<Package>[] = [
    [
      "Package",
      (p) => (
        <>
          {p.name} <small>{p.id}</small>
        </>
      ),
    ],
    ["For", (p) => p.description],
    ["Setup cost", (p) => p.setup, "money"],
    ["Recurring cost", (p) => <Recurring of={p} />, "count"],
    [
      "Billing",
      (p) => (
        <>
          {capital(every(p.interval))}
          {p.alignment && <small> {aligned(p.alignment)}</small>}
        </>
      ),
    ],
    ["Minimum term", (p) => (p.min_term_days ? plural(p.min_term_days, "day") : <span class="quiet">none</span>)],
    [
      "On sale",
      (p) => (
        <>
          {isForeign(p.recurring) && <small class="short">{sayForeign(p.recurring)} </small>}
          {p.on_sale ? <State of="available" /> : <span class="quiet">{p.active_from ? `from ${date(p.active_from)}` : "no"}</span>}
        </>
      ),
    ],
    ["Version", (p) => p.version, "count"],
  ];
  if (may.price.value)
    columns.push([
      "Change",
      (p) => (
        <>
          <Priced label="New price" of={p} done={packages.reload} /> {p.on_sale && <Retire of={p} done={packages.reload} />}
        </>
      ),
    ]);
  return (
    <div class="page">
      <PageHead title="Packages" lead="The prices of numbers. A new price is a new version, for new rentals; existing rentals keep their price.">
        {may.price.value && <Priced label="New package" done={packages.reload} taken={packages.data?.data.map((p) => p.id)} primary />}
      </PageHead>
      <Ready of={packages}>
        {({ data }) => (data.length ? <Table caption="Packages" rows={data} columns={columns} /> : <Empty title="No packages yet" icon="tag" />)}
      </Ready>
    </div>
  );
}

function aligned(a: Schemas["Alignment"]): string {
  const days = a.weekdays ?? (a.month_days ?? []).flat().map((day) => (String(day) === "last" ? "last day" : `day ${day}`));
  return `${days.join(", ")}${a.prorated ? ", prorated" : ""}`;
}

/** Ends the sale of a package by a version that begins no rentals. */
function Retire({ of, done }: { of: Package; done: () => void }) {
  return (
    <Ask
      label="Retire"
      title={`Retire ${of.name}?`}
      danger
      run={async () => {
        const { on_sale: _, version: __, monthly_equivalent: ___, ...terms } = of;
        await body(api.POST("/v1/packages", { body: { ...terms, active_until: new Date(serverNow()).toISOString() } }));
        tell(`${of.name} is no longer on sale.`);
        done();
      }}
    >
      <p>Nobody can buy or be assigned its numbers from now on. Existing rentals continue at their price. A new price puts it on sale again.</p>
    </Ask>
  );
}

/** A new package, or a new price of one. */
function Priced({ of, label, done, taken, primary }: { of?: Package; label: string; done: () => void; taken?: string[]; primary?: boolean }) {
  const send = async (v: Values) => {
    const currency = v.currency ?? "";
    if (v.id && taken?.includes(v.id)) throw new Error(`There is a package ${v.id} already. Give it a new price instead.`);
    const saved = await body(
      api.POST("/v1/packages", {
        body: {
          id: of?.id ?? v.id ?? "",
          name: v.name ?? "",
          description: v.description || undefined,
          setup: { amount: v.setup ?? "", currency },
          recurring: { amount: v.recurring ?? "", currency },
          interval: { unit: v.unit as "month", count: Number(v.count) },
          min_term_days: Number(v.term) || undefined,
          alignment: of?.alignment,
        },
      }),
    );
    tell(
      saved.version === of?.version
        ? `Nothing changed: version ${saved.version} of ${saved.name} is the same.`
        : `${saved.name} is now version ${saved.version}.`,
    );
    done();
  };
  return (
    <FormDialog
      label={label}
      title={of ? `A new price of ${of.name}` : "A new package"}
      yes={of ? `Save as version ${of.version + 1}` : "Create package"}
      primary={primary}
      send={send}
    >
      {!of && (
        <Field name="id" label="Id" hint="Lower-case letters, digits and hyphens. Files name the package by it." pattern="[a-z0-9][a-z0-9\-]*" required />
      )}
      <Field name="name" label="Name" value={of?.name} required />
      <Field name="description" label="Description" value={of?.description} />
      <div class="pair">
        <Field name="setup" label="Setup cost" value={of?.setup.amount ?? "0.00"} pattern={decimal} required />
        <Field name="recurring" label="Recurring cost" value={of?.recurring.amount} pattern={decimal} required />
      </div>
      <div class="pair">
        <Field
          name="currency"
          label="Currency"
          value={of?.setup.currency ?? me.value?.carrier.currency}
          pattern="[A-Z]{3}"
          hint={`New accounts are in ${me.value?.carrier.currency}, and buy nothing in other currencies.`}
          required
        />
        <Field name="term" label="Minimum term, in days" value={String(of?.min_term_days ?? 0)} type="number" />
      </div>
      <div class="pair">
        <Field name="count" label="Charged every" value={String(of?.interval.count ?? 1)} type="number" required />
        <Field
          name="unit"
          label="Unit"
          value={of?.interval.unit ?? "month"}
          options={[
            ["day", "days"],
            ["week", "weeks"],
            ["month", "months"],
            ["year", "years"],
          ]}
        />
      </div>
    </FormDialog>
  );
}
