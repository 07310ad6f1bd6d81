/** My DIDs: the rented numbers. */
import { signal } from "@preact/signals";
import { useCallback, useMemo } from "preact/hooks";
import { useLocation } from "../router";
import { api, body, everyPage, type Rental } from "../api/client";
import { download, toCSV } from "../model/csv";
import { marker } from "../model/match";
import { allHere } from "../model/rows";
import { country, count, date, every } from "../model/words";
import { may } from "../model/me";
import { useAddressText } from "../ui/address";
import { BulkBar } from "../ui/bulk";
import { Grid, type Column, type Selection } from "../ui/grid";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Empty, Failure, Icon, Number, PageHead, Recurring, Skeleton, State } from "../ui/parts";

const states = ["active", "past_due", "suspended", "pending_release", "aging"] as const;
type RentalState = (typeof states)[number];

export function DidsPage() {
  useTitle("My DIDs");
  const { query, route } = useLocation();
  const state = states.find((s) => s === query.state);
  const q = query.q ?? "";
  const mute = query.destination === "none";
  const rentals = useLoad((signal) => load(state, q, signal), [state, q]);
  const columns = useMemo(() => columnsFor(q), [q]);
  const go = (next: { state?: string; q?: string; destination?: string }) => {
    const search = new URLSearchParams(
      Object.entries({ state, q, destination: mute ? "none" : "", ...next }).filter(([, value]) => value) as [string, string][],
    );
    route(search.size ? `/dids?${search}` : "/dids", true);
  };
  const field = useAddressText(q, (text) => {
    go({ q: text });
    return text;
  });
  const csv = useAction(
    useCallback(async () => download("my-dids.csv", toCSV(csvRows((await load(state, q)).filter((r) => !mute || isMute(r))))), [state, q, mute]),
  );
  const rows = mute ? rentals.data?.filter(isMute) : rentals.data;
  const picked = (rows ?? []).filter(selection.has);
  return (
    <div class="page fills">
      <PageHead title="My DIDs" lead={rows && `${count(rows.length)} ${rows.length === 1 ? "number" : "numbers"}${state || q || mute ? " found" : ""}`}>
        <button type="button" disabled={csv.busy || !rows?.length} onClick={() => void csv.run()}>
          <Icon name="download" /> CSV
        </button>
        <a class="button primary" href="/numbers">
          Purchase DID Now
        </a>
      </PageHead>
      <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
        <label class="hidden" for="dids-q">
          Search your numbers
        </label>
        <input
          id="dids-q"
          type="search"
          placeholder="Search your numbers"
          value={field.text}
          onInput={(event) => field.edit(event.currentTarget.value)}
          onChange={field.commit}
        />
        <div class="segments" role="group" aria-label="State">
          {[undefined, ...states].map((s) => (
            <button key={s ?? ""} type="button" aria-pressed={state === s} onClick={() => go({ state: s ?? "" })}>
              {s ? <State of={s} /> : "All"}
            </button>
          ))}
        </div>
        <button type="button" aria-pressed={mute} onClick={() => go({ destination: mute ? "" : "none" })}>
          Without a destination
        </button>
      </form>
      {csv.error && <Failure error={csv.error} />}
      {rentals.error ? (
        <Failure error={rentals.error} retry={rentals.reload} />
      ) : !rows ? (
        <Skeleton />
      ) : rows.length === 0 ? (
        <NoDids narrowed={Boolean(state || q || mute)} all={() => go({ state: "", q: "", destination: "" })} />
      ) : (
        <Grid
          label="My DIDs"
          kind="rentals"
          list={`${state} ${q} ${mute}`}
          rows={allHere(rows)}
          total={rows.length}
          columns={columns}
          stale={rentals.loading}
          selection={may.edit.value ? selection : undefined}
          open={(r) => route(`/dids/${r.did}`)}
        />
      )}
      <BulkBar
        rentals={picked}
        clear={clear}
        done={() => {
          clear();
          rentals.reload();
        }}
      />
    </div>
  );
}

/** The selected numbers. They stay selected while another page is shown. */
const selected = signal<ReadonlySet<string>>(new Set());

const clear = (): void => {
  selected.value = new Set();
};

const selection: Selection<Rental> = {
  has: (r) => selected.value.has(r.did),
  set: (list, on) => {
    const next = new Set(selected.value);
    for (const r of list) {
      if (on) next.add(r.did);
      else next.delete(r.did);
    }
    selected.value = next;
  },
};

/** Calls to the number are refused, because it has no destination. */
const isMute = (r: Rental): boolean => !r.destination && r.state !== "aging" && r.state !== "ported_out";

function load(state: RentalState | undefined, q: string, signal?: AbortSignal): Promise<Rental[]> {
  return everyPage((cursor) => body(api.GET("/v1/dids", { params: { query: { state, q: q || undefined, limit: 200, cursor } }, signal })));
}

function NoDids({ narrowed, all }: { narrowed: boolean; all: () => void }) {
  if (narrowed)
    return (
      <Empty title="None of your numbers match">
        <p>
          <button type="button" onClick={all}>
            Show all
          </button>
        </p>
      </Empty>
    );
  return (
    <Empty title="No rented numbers yet">
      <p>Search, hold, check out: it takes a minute.</p>
      <p>
        <a class="button primary" href="/numbers">
          Start Purchasing DIDs
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
      title: "Label",
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
      title: "State",
      cell: (r) => (
        <>
          <State of={r.state} />
          {isMute(r) && <small> no destination</small>}
        </>
      ),
    },
    { name: "destination", title: "Destination", cell: (r) => r.destination ?? <span class="quiet">{isMute(r) ? "no destination" : "none"}</span> },
    { name: "recurring money", title: "Recurring cost", cell: (r) => <Recurring of={r} /> },
    { name: "charge", title: "Next charge", cell: (r) => (r.next_charge ? date(r.next_charge.at) : <span class="quiet">none</span>) },
  ];
}

function csvRows(rentals: Rental[]): string[][] {
  return [
    ["did", "state", "label", "destination", "tags", "area", "country", "package", "recurring", "currency", "interval", "assigned_at", "period_end"],
    ...rentals.map((r) => [
      r.did,
      r.state,
      r.label ?? "",
      r.destination ?? "",
      r.tags.join(" "),
      r.area ?? "",
      r.country ?? "",
      r.package.id,
      r.recurring.amount,
      r.recurring.currency,
      every(r.interval),
      r.assigned_at,
      r.period_end,
    ]),
  ];
}
