/** The carrier on its invoices. */
import { api, body, type Schemas } from "../../api/client";
import { Field, FormDialog } from "../../ui/form";
import { tell } from "../../ui/toast";
import { t } from "../../language";

export function EditIssuer({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  const issuer = settings.issuer;
  const a = issuer.address;
  return (
    <FormDialog
      label={t("Invoices")}
      title={t("The carrier on its invoices")}
      yes={t("Save")}
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
        tell(t("Saved."));
        done();
      }}
    >
      <Field
        name="invoicing"
        label={t("One invoice for")}
        value={settings.invoicing}
        options={[
          ["monthly", t("All charges of a month")],
          ["per_charge", t("Each order, and each day with renewals")],
        ]}
        hint={t("For customers without their own choice.")}
      />
      <Field
        name="tax_by"
        label={t("Tax is rounded")}
        value={settings.tax_by}
        options={[
          ["total", t("On the sum of each rate")],
          ["line", t("On each charge")],
        ]}
      />
      <Field name="legal_name" label={t("Legal name")} value={issuer.legal_name ?? ""} maxLength={200} />
      <Field name="street" label={t("Street and number")} value={a.street ?? ""} maxLength={200} />
      <div class="pair">
        <Field name="postal_code" label={t("Postal code")} value={a.postal_code ?? ""} maxLength={40} />
        <Field name="city" label={t("City")} value={a.city ?? ""} maxLength={200} />
      </div>
      <div class="pair">
        <Field name="region" label={t("Region or state")} value={a.region ?? ""} maxLength={200} />
        <Field name="country" label={t("Country")} value={a.country ?? ""} pattern="[A-Z]{2}" hint={t("Two letters, such as GB.")} />
      </div>
      <Field name="tax_id" label={t("Tax number")} value={issuer.tax_id ?? ""} maxLength={40} />
      <div class="pair">
        <Field name="prefix" label={t("Invoice numbers begin with")} value={issuer.invoice_prefix} pattern="[A-Z0-9]{1,10}" />
        <Field name="days" label={t("Days until payment is due")} type="number" value={String(issuer.payment_days)} min={0} max={365} required />
      </div>
      <Field name="colour" label={t("Colour of headings")} value={issuer.colour ?? ""} pattern="#[0-9a-f]{6}" hint={t("Such as #1a4b8c. Empty: black.")} />
    </FormDialog>
  );
}
