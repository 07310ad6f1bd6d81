/** The carrier on its invoices. */
import { api, body, type Schemas } from "../../api/client";
import { Field, FormDialog } from "../../ui/form";
import { tell } from "../../ui/toast";

export function EditIssuer({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  const issuer = settings.issuer;
  const a = issuer.address;
  return (
    <FormDialog
      label="Invoices"
      title="The carrier on its invoices"
      yes="Save"
      send={async (v) => {
        const text = (name: string) => v[name] || null;
        const address = { street: text("street"), postal_code: text("postal_code"), city: text("city"), region: text("region"), country: text("country") };
        await body(
          api.PATCH("/v1/settings", {
            body: {
              invoicing: v.invoicing as "monthly",
              tax_by: v.tax_by as "total",
              issuer: {
                legal_name: text("legal_name"),
                tax_id: text("tax_id"),
                address,
                invoice_prefix: text("prefix"),
                payment_days: Number(v.days),
                colour: text("colour"),
              },
            },
          }),
        );
        tell("Saved.");
        done();
      }}
    >
      <Field
        name="invoicing"
        label="One invoice for"
        value={settings.invoicing}
        options={[
          ["monthly", "All charges of a month"],
          ["per_charge", "Each order, and each day with renewals"],
        ]}
        hint="For customers without their own choice."
      />
      <Field
        name="tax_by"
        label="Tax is rounded"
        value={settings.tax_by}
        options={[
          ["total", "On the sum of each rate"],
          ["line", "On each charge"],
        ]}
      />
      <Field name="legal_name" label="Legal name" value={issuer.legal_name ?? ""} maxLength={200} />
      <Field name="street" label="Street and number" value={a.street ?? ""} maxLength={200} />
      <div class="pair">
        <Field name="postal_code" label="Postal code" value={a.postal_code ?? ""} maxLength={40} />
        <Field name="city" label="City" value={a.city ?? ""} maxLength={200} />
      </div>
      <div class="pair">
        <Field name="region" label="Region or state" value={a.region ?? ""} maxLength={200} />
        <Field name="country" label="Country" value={a.country ?? ""} pattern="[A-Z]{2}" hint="Two letters, such as GB." />
      </div>
      <Field name="tax_id" label="Tax number" value={issuer.tax_id ?? ""} maxLength={40} />
      <div class="pair">
        <Field name="prefix" label="Invoice numbers begin with" value={issuer.invoice_prefix} pattern="[A-Z0-9]{1,10}" />
        <Field name="days" label="Days until payment is due" type="number" value={String(issuer.payment_days)} min={0} max={365} required />
      </div>
      <Field name="colour" label="Colour of headings" value={issuer.colour ?? ""} pattern="#[0-9a-f]{6}" hint="Such as #1a4b8c. Empty: black." />
    </FormDialog>
  );
}
