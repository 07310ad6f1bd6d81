/** The billing details of the customer who is signed in, or for staff of the customer `id`. */
import { useRoute } from "../../router";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { country } from "../../model/words";
import { Checks, chosen, Field, FormDialog, type Values } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { FactList, Icon, PageHead } from "../../ui/parts";
import { PageOf } from "../../ui/ready";
import { tell } from "../../ui/toast";
import { t } from "../../language";

type Details = Schemas["BillingDetails"];

const notices = [
  ["balance_short", t("The balance does not cover the coming charges")],
  ["payment_received", t("A payment arrived")],
  ["order_receipt", t("An order was completed")],
  ["order_waits", t("An order waits for an approval")],
  ["past_due", t("A number is past due")],
  ["suspended", t("A number is suspended")],
  ["cancelled", t("A number was cancelled")],
  ["invoice", t("An invoice was issued")],
  ["credit_note", t("A credit note was issued")],
] as const;

const languages: [Details["locale"], string][] = [
  ["en", "English"],
  ["de", t("German")],
  ["fr", t("French")],
  ["es", t("Spanish")],
];

export function BillingPage() {
  useTitle(t("Billing details"));
  const { id } = useRoute().params;
  const details = useLoad(
    (signal) => body(id ? api.GET("/v1/customers/{id}/billing", { params: { path: { id } }, signal }) : api.GET("/v1/account/billing", { signal })),
    [id],
  );
  return (
    <PageOf of={details} title={t("Billing details")}>
      {(d) => (
        <>
          <PageHead title={t("Billing details")} lead={id ? t("Of the customer {id}, for invoices and notices.", { id }) : t("For your invoices and notices.")}>
            <a class="button" href={id ? `/customers/${id}` : "/account"}>
              <Icon name="back" /> {id ? t("Customer") : t("Account")}
            </a>
            {(id ? may.pay.value : may.edit.value) && <Edit id={id} details={d} done={details.reload} />}
          </PageHead>
          <Shown details={d} />
        </>
      )}
    </PageOf>
  );
}

function Shown({ details: d }: { details: Details }) {
  const off = notices.filter(([kind]) => !d.notices[kind]).map(([, say]) => say);
  const facts: [string, string | null | undefined][] = [
    [t("Legal name"), d.legal_name],
    [t("Address"), addressOf(d.address)],
    [t("Tax number"), d.tax_id],
    [t("Email"), d.email],
    [t("Purchase order"), d.purchase_order],
    [t("Language"), languages.find(([tag]) => tag === d.locale)?.[1]],
    [t("Notices that are off"), off.join("; ") || "none"],
  ];
  return (
    <div class="flow">
      <FactList of={facts.map(([name, value]) => [name, value ?? <span class="quiet">{t("not given")}</span>])} />
      <p class="hint">{t("An invoice keeps the details of the day on which it was issued.")}</p>
    </div>
  );
}

const addressOf = (a: Schemas["Address"]) =>
  [a.street, [a.postal_code, a.city].filter(Boolean).join(" "), a.region, a.country && country(a.country)].filter(Boolean).join(", ") || null;

function Edit({ id, details: d, done }: { id: string | undefined; details: Details; done: () => void }) {
  return (
    <FormDialog
      label={t("Change")}
      title={t("Billing details")}
      yes={t("Save")}
      primary
      send={async (v) => {
        const sent = patch(v);
        await body(id ? api.PATCH("/v1/customers/{id}/billing", { params: { path: { id } }, body: sent }) : api.PATCH("/v1/account/billing", { body: sent }));
        tell(t("Saved."));
        done();
      }}
    >
      <Field name="legal_name" label={t("Legal name")} value={d.legal_name ?? ""} maxLength={200} />
      <Field name="street" label={t("Street and number")} value={d.address.street ?? ""} maxLength={200} />
      <div class="pair">
        <Field name="postal_code" label={t("Postal code")} value={d.address.postal_code ?? ""} maxLength={40} />
        <Field name="city" label={t("City")} value={d.address.city ?? ""} maxLength={200} />
      </div>
      <div class="pair">
        <Field name="region" label={t("Region or state")} value={d.address.region ?? ""} maxLength={200} />
        <Field name="country" label={t("Country")} value={d.address.country ?? ""} pattern="[A-Z]{2}" hint={t("Two letters, such as GB.")} />
      </div>
      <Field name="tax_id" label={t("Tax number")} value={d.tax_id ?? ""} maxLength={40} />
      <Field name="purchase_order" label={t("Purchase order")} value={d.purchase_order ?? ""} hint={t("Printed on each invoice.")} maxLength={40} />
      <Field name="email" label={t("Email")} value={d.email ?? ""} hint={t("For invoices and notices. Empty: no mail is sent.")} maxLength={254} />
      <Field name="locale" label={t("Language")} value={d.locale} options={languages} />
      <Checks name="notice" label={t("Send a mail when")} options={notices} checked={notices.map(([kind]) => kind).filter((kind) => d.notices[kind])} />
    </FormDialog>
  );
}

/** An empty field removes its value. */
function patch(v: Values): Schemas["BillingPatch"] {
  const text = (name: string) => v[name] || null;
  const wanted = chosen(v, "notice");
  return {
    legal_name: text("legal_name"),
    tax_id: text("tax_id"),
    purchase_order: text("purchase_order"),
    email: text("email"),
    address: { street: text("street"), postal_code: text("postal_code"), city: text("city"), region: text("region"), country: text("country") },
    locale: v.locale as Details["locale"],
    notices: Object.fromEntries(notices.map(([kind]) => [kind, wanted.includes(kind)])),
  };
}
