/** The rentals of all customers, or of one. */
import { useMemo, useState } from "preact/hooks";
import { useLocation } from "../../router";
import { api, body, type Schemas } from "../../api/client";
import { editsPath } from "../../model/edits";
import { may } from "../../model/me";
import { isNarrowed, pathOf, readFilters, type RentalFilters } from "../../model/rentalfilters";
import { rentalsQuery } from "../../model/rentals";
import { date, plural } from "../../model/words";
import { EditAll } from "../../ui/editall";
import { useTitle } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty, Number, PageHead, Recurring, State } from "../../ui/parts";
import { RentalBar } from "../../ui/rentalbar";
import { Table, type TableColumn } from "../../ui/table";
import { rich, t } from "../../language";

const columns: TableColumn<Schemas["CarrierRental"]>[] = [
  [
    "DID",
    (r) => (
      <a class="plain" href={`/inventory/${r.did}`}>
        <Number display={r.display} />
      </a>
    ),
  ],
  [t("Customer"), (r) => <a href={`/customers/${r.customer}`}>{r.customer}</a>],
  [t("Label"), (r) => [r.label, ...r.tags].filter(Boolean).join(", ")],
  [t("State"), (r) => <State of={r.state} />],
  [t("Destination"), (r) => r.destination],
  [t("Recurring cost"), (r) => <Recurring of={r} />, "count"],
  [t("Next charge"), (r) => (r.next_charge ? date(r.next_charge.at) : <span class="quiet">{t("none")}</span>)],
];

export function RentalsPage() {
  useTitle(t("Rentals"));
  const { query, route } = useLocation();
  const filters = useMemo(() => readFilters(query), [query]);
  const [first, setFirst] = useState<Schemas["CarrierRentalList"]>();
  const change = (next: RentalFilters) => route(pathOf("/rentals", { ...filters, ...next }), true);
  return (
    <div class="page">
      <PageHead
        title={t("Rentals")}
        lead={
          <>
            {filters.customer ? (
              <>{rich("of {customer}", { customer: <a href={`/customers/${filters.customer}`}>{filters.customer}</a> })}</>
            ) : (
              t("of all customers")
            )}
            {typeof first?.total === "number" && `: ${plural(first.total, "number")}${isNarrowed(filters) ? " found" : ""}`}
          </>
        }
      >
        {filters.customer && may.withhold.value && typeof first?.total === "number" && (
          <EditAll filters={filters} total={first.total} customer={filters.customer} />
        )}
        {filters.customer && (
          <a class="button" href={editsPath(filters.customer)}>
            {t("Changes")}
          </a>
        )}
        {filters.customer && (
          <button type="button" onClick={() => change({ customer: undefined, sort: undefined })}>
            {t("All customers")}
          </button>
        )}
      </PageHead>
      <RentalBar filters={filters} facets={first?.facets ?? undefined} sortable={Boolean(filters.customer)} change={change} />
      <Pages
        load={async (cursor, signal) => {
          const page = await body(api.GET("/v1/rentals", { params: { query: { ...rentalsQuery(filters), customer: filters.customer, cursor } }, signal }));
          if (!cursor) setFirst(page);
          return page;
        }}
        deps={[filters]}
        empty={<Empty title={t("No rentals match")} />}
      >
        {(rows) => <Table caption={t("Rentals")} rows={rows} columns={columns} />}
      </Pages>
    </div>
  );
}
