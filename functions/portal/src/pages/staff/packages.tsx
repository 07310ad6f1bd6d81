/** The carrier's packages. A changed price is a new version, for new rentals. */
import { api, body, type Schemas, serverNow, whole } from "../../api/client";

import { isForeign, sayForeign } from "../../model/foreign";
import { may, me } from "../../model/me";
import { capital, date, every, plural, spaced } from "../../model/words";
import { Ask } from "../../ui/ask";
import { decimal, Field, FormDialog, type Values } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, PageHead, Recurring, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { t } from "../../language";
import { Rules } from "./rules";

type Package = Schemas["Package"];

export function PackagesPage() {
  useTitle(t("Packages"));
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const columns: TableColumn<Package>[] = [
    [
      t("Package"),
      (p) => (
        <>
          {p.name} <small>{p.id}</small>
        </>
      ),
    ],
    [t("For"), (p) => p.description],
    [t("Setup cost"), (p) => p.setup, "money"],
    [t("Recurring cost"), (p) => <Recurring of={p} />, "count"],
    [t("Own cost"), (p) => (p.cost ? <Amount value={p.cost} /> : <span class="quiet">{t("unknown")}</span>), "count"],
    [
      t("Billing"),
      (p) => (
        <>
          {capital(every(p.interval))}
          {p.alignment && <small> {aligned(p.alignment)}</small>}
        </>
      ),
    ],
    [t("Minimum term"), (p) => (p.min_term_days ? plural(p.min_term_days, "day") : <span class="quiet">{t("none")}</span>)],
    [
      t("On sale"),
      (p) => (
        <>
          {isForeign(p.recurring) && <small class="short">{sayForeign(p.recurring)} </small>}
          {p.on_sale ? (
            <State of="available" />
          ) : (
            <span class="quiet">{p.active_from ? t("from {active_from}", { active_from: date(p.active_from) }) : t("not on sale")}</span>
          )}
        </>
      ),
    ],
    [t("Version"), (p) => p.version, "count"],
  ];
  if (may.price.value)
    columns.push([
      t("Change"),
      (p) => (
        <>
          <Priced label={t("New price")} of={p} done={packages.reload} /> {p.on_sale && <Retire of={p} done={packages.reload} />}
        </>
      ),
    ]);
  return (
    <div class="page">
      <PageHead title={t("Packages")} lead={t("The prices of numbers. A new price is a new version, for new rentals; existing rentals keep their price.")}>
        {may.price.value && <Priced label={t("New package")} done={packages.reload} taken={packages.data?.data.map((p) => p.id)} primary />}
      </PageHead>
      <Ready of={packages}>
        {({ data }) => (data.length ? <Table caption={t("Packages")} rows={data} columns={columns} /> : <Empty title={t("No packages yet")} icon="tag" />)}
      </Ready>
      <Rules />
    </div>
  );
}

function aligned(a: Schemas["Alignment"]): string {
  const days = a.weekdays?.map(spaced) ?? (a.month_days ?? []).flat().map((day) => (String(day) === "last" ? t("last day") : t("day {day}", { day })));
  return [...days, a.prorated && t("prorated")].filter(Boolean).join(", ");
}

/** Ends the sale of a package by a version that begins no rentals. */
function Retire({ of, done }: { of: Package; done: () => void }) {
  return (
    <Ask
      label={t("Retire")}
      title={t("Retire {name}?", { name: of.name })}
      danger
      run={async () => {
        const { on_sale: _, version: __, monthly_equivalent: ___, ...terms } = of;
        await body(api.POST("/v1/packages", { body: { ...terms, active_until: new Date(serverNow()).toISOString() } }));
        tell(t("{name} is no longer on sale.", { name: of.name }));
        done();
      }}
    >
      <p>{t("Nobody can buy or be assigned its numbers from now on. Existing rentals continue at their price. A new price puts it on sale again.")}</p>
    </Ask>
  );
}

/** A new package, or a new price of one. */
function Priced({ of, label, done, taken, primary }: { of?: Package; label: string; done: () => void; taken?: string[]; primary?: boolean }) {
  const send = async (v: Values) => {
    const currency = v.currency ?? "";
    if (v.id && taken?.includes(v.id)) throw new Error(t("There is a package {id} already. Give it a new price instead.", { id: v.id }));
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
          cost: v.cost ? { amount: v.cost, currency } : undefined,
          alignment: of?.alignment,
        },
      }),
    );
    tell(
      saved.version === of?.version
        ? t("Nothing changed: version {version} of {name} is the same.", { version: saved.version, name: saved.name })
        : t("{name} is now version {version}.", { name: saved.name, version: saved.version }),
    );
    done();
  };
  return (
    <FormDialog
      label={label}
      title={of ? t("A new price of {name}", { name: of.name }) : t("A new package")}
      yes={of ? t("Save as version {version}", { version: of.version + 1 }) : t("Create package")}
      primary={primary}
      send={send}
    >
      {!of && (
        <Field
          name="id"
          label={t("Id")}
          hint={t("Lower-case letters, digits and hyphens. Files name the package by it.")}
          pattern="[a-z0-9][a-z0-9\-]*"
          required
        />
      )}
      <Field name="name" label={t("Name")} value={of?.name} required />
      <Field name="description" label={t("Description")} value={of?.description} />
      <div class="pair">
        <Field name="setup" label={t("Setup cost")} value={of?.setup.amount ?? "0.00"} pattern={decimal} required />
        <Field name="recurring" label={t("Recurring cost")} value={of?.recurring.amount} pattern={decimal} required />
      </div>
      <Field
        name="cost"
        label={t("Own cost")}
        value={of?.cost?.amount}
        pattern={decimal}
        hint={t("What a number costs you each time it is charged. Customers never see it; the reports of rentals and revenue show the margin.")}
      />
      <div class="pair">
        <Field
          name="currency"
          label={t("Currency")}
          value={of?.setup.currency ?? me.value?.carrier.currency}
          pattern="[A-Z]{3}"
          hint={t("New accounts are in {currency}, and buy nothing in other currencies.", { currency: me.value?.carrier.currency })}
          required
        />
        <Field name="term" label={t("Minimum term, in days")} value={String(of?.min_term_days ?? 0)} type="number" />
      </div>
      <div class="pair">
        <Field name="count" label={t("Charged every")} value={String(of?.interval.count ?? 1)} type="number" required />
        <Field
          name="unit"
          label={t("Unit")}
          value={of?.interval.unit ?? "month"}
          options={[
            ["day", t("days")],
            ["week", t("weeks")],
            ["month", t("months")],
            ["year", t("years")],
          ]}
        />
      </div>
    </FormDialog>
  );
}
