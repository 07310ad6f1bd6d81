/** The filters of the audit. They are in the address, so that a search can be sent to others. */
import { Field } from "../../ui/form";
import { t } from "../../language";

export type Query = Record<string, string>;

const actions: [string, string][] = [
  ["", t("All")],
  ["settings.*", t("Settings")],
  ["package.*", t("Packages")],
  ["price_rules.*", t("Price rules")],
  ["customer.*", t("Customers")],
  ["payment.*", t("Payments")],
  ["refund.*", t("Refunds")],
  ["adjustment.*", t("Corrections")],
  ["user.*", t("Users")],
  ["api_key.*", t("API keys")],
  ["webhook.*", t("Webhooks")],
  ["import.*", t("Imports")],
  ["import_profile.*", t("Import profiles")],
  ["order.*", t("Orders")],
  ["did.*", t("Rentals")],
  ["carrier.*", t("Carrier")],
];

export function Filters({ of, search }: { of: Query; search: (query: Query) => void }) {
  return (
    <form
      class="toolbar"
      role="search"
      aria-label={t("Audit")}
      onSubmit={(event) => {
        event.preventDefault();
        search(Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, (value as string).trim()])));
      }}
    >
      <Field name="from" label={t("From (UTC)")} type="date" value={of.from} />
      <Field name="to" label={t("Through (UTC)")} type="date" value={of.to} />
      <Field name="action" label={t("What")} options={actions} value={of.action} />
      <Field name="customer" label={t("Customer")} placeholder="alice" maxLength={40} value={of.customer} />
      <Field name="did" label={t("Number")} placeholder="+44 20 7946 0000" value={of.did} />
      <Field name="actor" label={t("Who (id)")} placeholder="ada" maxLength={255} value={of.actor} />
      <button type="submit" class="primary">
        {t("Show")}
      </button>
      {Object.keys(of).length > 0 && (
        <button type="button" onClick={() => search({})}>
          {t("Clear")}
        </button>
      )}
    </form>
  );
}
