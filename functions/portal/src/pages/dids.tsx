/** My DIDs: the rented numbers. */
import { signal } from "@preact/signals";
import { useCallback, useMemo } from "preact/hooks";
import { useLocation } from "../router";
import type { Rental } from "../api/client";
import { download } from "../model/csv";
import { marker } from "../model/match";
import { may } from "../model/me";
import { isNarrowed, pathOf, readFilters, type RentalFilters } from "../model/rentalfilters";
import { rentalsFile, useRentals } from "../model/rentals";
import { country, date, plural } from "../model/words";
import { BulkBar } from "../ui/bulk";
import { EditAll } from "../ui/editall";
import { Grid, type Column, type Selection } from "../ui/grid";
import { useAction, useTitle } from "../ui/hooks";
import { Empty, Failure, Icon, Number, PageHead, Recurring, Skeleton, State } from "../ui/parts";
import { RentalBar } from "../ui/rentalbar";
import { t } from "../language";

export function DidsPage() {
  useTitle(t("My DIDs"));
  const { query, route } = useLocation();
  const filters = useMemo(() => readFilters(query), [query]);
  const rentals = useRentals(filters);
  const columns = useMemo(() => columnsFor(filters.q ?? ""), [filters.q]);
  const change = (next: RentalFilters) => route(pathOf("/dids", { ...filters, ...next }), true);
  const csv = useAction(useCallback(async () => download("my-dids.csv", await rentalsFile(filters)), [filters]));
  void selected.value; // the list is drawn again when the selection changes
  const found = rentals.loaded;
  const total = found?.latest.total ?? 0;
  return (
    <div class="page fills">
      <PageHead title={t("My DIDs")} lead={found && `${plural(total, "number")}${isNarrowed(filters) ? " found" : ""}`}>
        <button type="button" disabled={csv.busy || total === 0} onClick={() => void csv.run()}>
          <Icon name="download" /> CSV
        </button>
        {may.edit.value && <EditAll filters={filters} total={total} />}
        <a class="button" href="/edits">
          {t("Changes")}
        </a>
        <a class="button" href="/idle">
          {t("Idle")}
        </a>
        <a class="button primary" href="/numbers">
          {t("Purchase DID Now")}
        </a>
      </PageHead>
      <RentalBar filters={filters} facets={found?.first.facets ?? undefined} change={change} />
      {csv.error && <Failure error={csv.error} />}
      {rentals.error ? (
        <Failure error={rentals.error} retry={rentals.again} />
      ) : !found ? (
        <Skeleton />
      ) : found.rows.count === 0 ? (
        <NoDids narrowed={isNarrowed(filters)} all={() => route("/dids", true)} />
      ) : (
        <Grid
          label={t("My DIDs")}
          kind="rentals"
          list={JSON.stringify(filters)}
          rows={found.rows}
          total={total}
          columns={columns}
          stale={rentals.stale}
          selection={may.edit.value ? selection : undefined}
          open={(r) => route(`/dids/${r.did}`)}
        />
      )}
      <BulkBar
        rentals={[...selected.value.values()]}
        clear={clear}
        done={() => {
          clear();
          rentals.again();
        }}
      />
    </div>
  );
}

/** The selected numbers. They stay selected while another page or list is shown. */
const selected = signal<ReadonlyMap<string, Rental>>(new Map());

const clear = (): void => {
  selected.value = new Map();
};

const selection: Selection<Rental> = {
  has: (r) => selected.value.has(r.did),
  set: (list, on) => {
    const next = new Map(selected.value);
    for (const r of list) {
      if (on) next.set(r.did, r);
      else next.delete(r.did);
    }
    selected.value = next;
  },
};

/** Calls to the number are refused, because it has no destination. */
const isMute = (r: Rental): boolean => !r.destination && r.state !== "aging" && r.state !== "ported_out";

function NoDids({ narrowed, all }: { narrowed: boolean; all: () => void }) {
  if (narrowed)
    return (
      <Empty title={t("None of your numbers match")}>
        <p>
          <button type="button" onClick={all}>
            {t("Show all")}
          </button>
        </p>
      </Empty>
    );
  return (
    <Empty title={t("No rented numbers yet")}>
      <p>{t("Search, hold, check out: it takes a minute.")}</p>
      <p>
        <a class="button primary" href="/numbers">
          {t("Start Purchasing DIDs")}
        </a>
      </p>
    </Empty>
  );
}

function columnsFor(q: string): Column<Rental>[] {
  const mark = marker(q);
  return [
    {
      name: "did-cell",
      title: "DID",
      cell: (r) => (
        <a class="plain" href={`/dids/${r.did}`} tabIndex={-1}>
          <Number display={r.display} mark={mark} />
        </a>
      ),
    },
    {
      name: "label",
      title: t("Label"),
      cell: (r) => (
        <>
          {r.label ?? <span class="quiet">{r.area ?? country(r.country)}</span>}{" "}
          {r.tags.map((tag) => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
        </>
      ),
    },
    {
      name: "state-cell",
      title: t("State"),
      cell: (r) => (
        <>
          <State of={r.state} />
          {isMute(r) && <small> {t("no destination")}</small>}
        </>
      ),
    },
    { name: "destination", title: t("Destination"), cell: (r) => r.destination ?? <span class="quiet">{isMute(r) ? t("no destination") : t("none")}</span> },
    { name: "recurring money", title: t("Recurring cost"), cell: (r) => <Recurring of={r} /> },
    { name: "charge", title: t("Next charge"), cell: (r) => (r.next_charge ? date(r.next_charge.at) : <span class="quiet">{t("none")}</span>) },
  ];
}
