/** What numbers cost. A changed price is a new version, for new rentals. */
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { capital, date, every, plural } from "../../model/words";
import { decimal, Field, FormDialog, type Values } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, Failure, PageHead, Skeleton, State, TableBox } from "../../ui/parts";
import { tell } from "../../ui/toast";

type Package = Schemas["Package"];

export function PackagesPage() {
  useTitle("Packages");
  const packages = useLoad((signal) => body(api.GET("/v1/packages", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Packages" lead="What numbers cost. A changed price is a new version, for new rentals; who rents already keeps theirs.">
        {may.price.value && <Priced label="New package" done={packages.reload} primary />}
      </PageHead>
      {packages.error ? <Failure error={packages.error} retry={packages.reload} />
        : !packages.data ? <Skeleton />
        : packages.data.data.length === 0 ? <Empty title="No package yet" icon="tag" />
        : (
          <TableBox caption="Packages">
            <thead>
              <tr>
                <th scope="col">Package</th><th scope="col">For</th><th scope="col" class="money">Setup cost</th><th scope="col" class="money">Recurring cost</th>
                <th scope="col">Charged</th><th scope="col">Minimum term</th><th scope="col">On sale</th><th scope="col" class="money">Version</th>{may.price.value && <th scope="col">Change</th>}
              </tr>
            </thead>
            <tbody>
              {packages.data.data.map((p) => (
                <tr key={`${p.id}-${p.version}`}>
                  <th scope="row">{p.name} <small>{p.id}</small></th>
                  <td>{p.description}</td>
                  <td class="money"><Amount value={p.setup} /></td>
                  <td class="money"><Amount value={p.recurring} /></td>
                  <td>{capital(every(p.interval))}{p.alignment && <small> {aligned(p.alignment)}</small>}</td>
                  <td>{p.min_term_days ? plural(p.min_term_days, "day") : <span class="quiet">none</span>}</td>
                  <td>{p.on_sale ? <State of="available" /> : <span class="quiet">{p.active_from ? `from ${date(p.active_from)}` : "no"}</span>}</td>
                  <td class="money">{p.version}</td>
                  {may.price.value && <td><Priced label="New price" of={p} done={packages.reload} /></td>}
                </tr>
              ))}
            </tbody>
          </TableBox>
        )}
    </div>
  );
}

function aligned(a: Schemas["Alignment"]): string {
  const days = a.weekdays ?? (a.month_days ?? []).flat().map((day) => (String(day) === "last" ? "last day" : `day ${day}`));
  return `${days.join(", ")}${a.prorated ? ", prorated" : ""}`;
}

/** A new package, or a new price of one. */
function Priced({ of, label, done, primary }: { of?: Package; label: string; done: () => void; primary?: boolean }) {
  const send = async (v: Values) => {
    const currency = v.currency ?? "";
    const saved = await body(api.POST("/v1/packages", {
      body: {
        id: of?.id ?? v.id ?? "", name: v.name ?? "", description: v.description || undefined,
        setup: { amount: v.setup ?? "", currency }, recurring: { amount: v.recurring ?? "", currency },
        interval: { unit: v.unit as "month", count: Number(v.count) },
        min_term_days: Number(v.term) || undefined, alignment: of?.alignment,
      },
    }));
    tell(`${saved.name} is now version ${saved.version}.`);
    done();
  };
  return (
    <FormDialog label={label} title={of ? `A new price of ${of.name}` : "A new package"} yes={of ? "Make the new version" : "Make the package"} primary={primary} send={send}>
      {!of && <Field name="id" label="Id" hint="Small letters, digits and hyphens: files name the package by it." pattern="[a-z0-9][a-z0-9\-]*" required />}
      <Field name="name" label="Name" value={of?.name} required />
      <Field name="description" label="What it is for" value={of?.description} />
      <div class="pair">
        <Field name="setup" label="Setup cost" value={of?.setup.amount ?? "0.00"} pattern={decimal} required />
        <Field name="recurring" label="Recurring cost" value={of?.recurring.amount} pattern={decimal} required />
      </div>
      <div class="pair">
        <Field name="currency" label="Currency" value={of?.setup.currency ?? "USD"} pattern="[A-Z]{3}" required />
        <Field name="term" label="Minimum term, in days" value={String(of?.min_term_days ?? 0)} type="number" />
      </div>
      <div class="pair">
        <Field name="count" label="Charged every" value={String(of?.interval.count ?? 1)} type="number" required />
        <Field name="unit" label="Unit" value={of?.interval.unit ?? "month"} options={[["day", "days"], ["week", "weeks"], ["month", "months"], ["year", "years"]]} />
      </div>
    </FormDialog>
  );
}
