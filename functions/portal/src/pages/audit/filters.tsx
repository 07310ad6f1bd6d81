/** The filters of the audit. They are in the address, so that a search can be sent to others. */
import { Field } from "../../ui/form";

export type Query = Record<string, string>;

const actions: [string, string][] = [
  ["", "All"],
  ["settings.*", "Settings"],
  ["package.*", "Packages"],
  ["customer.*", "Customers"],
  ["payment.*", "Payments"],
  ["refund.*", "Refunds"],
  ["adjustment.*", "Corrections"],
  ["user.*", "Users"],
  ["api_key.*", "API keys"],
  ["webhook.*", "Webhooks"],
  ["import.*", "Imports"],
  ["import_profile.*", "Import profiles"],
  ["order.*", "Orders"],
  ["did.*", "Rentals"],
  ["carrier.*", "Carrier"],
];

export function Filters({ of, search }: { of: Query; search: (query: Query) => void }) {
  return (
    <form
      class="toolbar"
      role="search"
      aria-label="Audit"
      onSubmit={(event) => {
        event.preventDefault();
        search(Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, (value as string).trim()])));
      }}
    >
      <Field name="from" label="From (UTC)" type="date" value={of.from} />
      <Field name="to" label="Through (UTC)" type="date" value={of.to} />
      <Field name="action" label="What" options={actions} value={of.action} />
      <Field name="customer" label="Customer" placeholder="alice" maxLength={40} value={of.customer} />
      <Field name="did" label="Number" placeholder="+44 20 7946 0000" value={of.did} />
      <Field name="actor" label="Who (id)" placeholder="ada" maxLength={255} value={of.actor} />
      <button type="submit" class="primary">
        Show
      </button>
      {Object.keys(of).length > 0 && (
        <button type="button" onClick={() => search({})}>
          Clear
        </button>
      )}
    </form>
  );
}
