/** The search page: search, filter, select, hold. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { lazy, useLocation } from "../router";
import type { Offer, Schemas } from "../api/client";
import { cart, heldUntil, hold, isLimited, taken, type Outcome } from "../model/cart";
import { markerOf } from "../model/match";
import { isCustomer, may } from "../model/me";
import { changedPath, queryPath, readQuery, type Change, type Query } from "../model/query";
import { reason } from "../model/rule";
import { allHere, without } from "../model/rows";
import { remaining } from "../model/run";
import { useSearch, type Found } from "../model/search";
import { select, selected } from "../model/selection";
import { capital, country, every, plural, spaced } from "../model/words";
import { ListResult } from "./list";
import { Nothing, Suggestions } from "./nothing";
import { memorable } from "../ui/endings";
import { Arrange, Filters, FilterSummary } from "../ui/filters";
import { Grid, type Column, type Selection } from "../ui/grid";
import { useAction, useTitle } from "../ui/hooks";
import { Amount, Failure, Icon, Number, Recurring, Skeleton } from "../ui/parts";
import { Runs } from "../ui/runs";
import { SearchBox } from "../ui/searchbox";
import { SelectionTray } from "../ui/tray";
import { tell } from "../ui/toast";
import { rich, t } from "../language";

/** The found numbers or runs, without the numbers that were held or bought since. */
function left(found: Found, gone: ReadonlySet<string>, consecutive: string | undefined): Found {
  if (gone.size === 0) return found;
  if (consecutive) return runsLeft(found, gone, window.Number(consecutive));
  const places = Array.from(found.rows.here())
    .filter(([, row]) => gone.has(row.did))
    .map(([place]) => place);
  return { ...found, rows: without(found.rows, places), total: found.total - places.length };
}

function runsLeft(found: Found, gone: ReadonlySet<string>, least: number): Found {
  const rows = Array.from(found.rows.here(), ([, row]) => row);
  const parts = rows.flatMap((row) => remaining(row, gone, least));
  const more = parts.length - rows.length;
  const need = (first: number, last: number) => found.rows.need?.(Math.max(0, first - more), last - more);
  return { ...found, rows: { ...allHere(parts), need }, total: found.total + more };
}

const projectionDelay = 2000; // ms until a search knows what went

const selection: Selection<Offer> = { has: (offer) => selected.value.has(offer.did), set: select };

const AssignTray = lazy(() => import("./staff").then((pages) => pages.AssignTray));

export function NumbersPage() {
  useTitle(isCustomer.value ? t("DID Ordering") : t("Numbers"));
  const { query: address, route } = useLocation();
  const query = useMemo(() => readQuery(address), [address]);
  const change = useCallback<Change>((filters, replace = false) => route(changedPath(location.search, filters), replace), [route]);
  const add = useAction(addToCart);
  void selected.value; // the list is drawn again when the selection changes
  const View = query.list ? ListResult : SearchResult;

  return (
    <div class="page numbers-page">
      <SearchBox query={query} change={change} />
      <View query={query} change={change} selection={may.buy.value || may.allocate.value ? selection : undefined} />
      {may.allocate.value && <AssignTray />}
      {may.buy.value && (
        <SelectionTray
          offers={[...selected.value.values()]}
          busy={add.busy}
          error={add.error}
          add={() => void add.run()}
          clear={() => (selected.value = new Map())}
          drop={(offer) => select([offer], false)}
        />
      )}
    </div>
  );
}

interface Props {
  query: Query;
  change: Change;
}

function SearchResult({ query, change, selection }: Props & { selection: Selection<Offer> | undefined }) {
  const search = useSearch(query);
  const columns = useMemo(() => columnsFor(query), [query]);
  const list = useMemo(() => JSON.stringify(query), [query]);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const facets = search.found?.facets ?? undefined;
  const filters = useMemo(
    // not drawn again for each page that is scrolled to
    () => <Filters query={query} facets={facets} change={change} open={filtersOpen} close={() => setFiltersOpen(false)} />,
    [query, facets, change, filtersOpen],
  );
  const found = useMemo(() => search.found && left(search.found, taken.value, query.consecutive), [search.found, taken.value, query.consecutive]);
  const went = useRef({ list, dids: new Set<string>() }); // from this search, while it was shown
  if (went.current.list !== list) went.current = { list, dids: new Set() };
  if (search.found && !search.stale) for (const [, row] of search.found.rows.here()) if (taken.value.has(row.did)) went.current.dids.add(row.did);
  const held = cart.value?.items.filter((item) => went.current.dids.has(item.did)).length ?? 0;
  const gone = useRef(taken.value);
  useEffect(() => {
    if (gone.current === taken.value) return;
    gone.current = taken.value;
    const timer = setTimeout(search.again, projectionDelay);
    return () => clearTimeout(timer);
  }, [taken.value, search.again]);

  return (
    <div class="results">
      {filters}
      <section class="found" aria-label={t("Available numbers")}>
        <div class="found-head">
          <p class="total" role="status">
            {found && !search.error && (
              <>
                <b>{query.consecutive ? plural(found.total, "run") : plural(found.total, "number")}</b>
                {search.stale && " …"}
              </>
            )}
          </p>
          <FilterSummary query={query} change={change} />
          <Arrange query={query} change={change} />
          {may.buy.value && found && found.total > 0 && (
            <a class="button quiet" href={queryPath(query).replace("/numbers", "/buy")}>
              {t("Buy many")}
            </a>
          )}
          <button type="button" class="quiet filter-button" onClick={() => setFiltersOpen(true)}>
            <Icon name="filter" /> {t("Filters")}
          </button>
        </div>
        {!search.error && found && <Suggestions query={query} of={found.suggestions} change={change} />}
        {search.error ? (
          <Failure error={search.error} retry={search.again} />
        ) : !found ? (
          <Skeleton lines={12} />
        ) : found.rows.count === 0 ? (
          found.suggestions.length === 0 && <Nothing query={query} change={change} held={held} otherCurrency={found.otherCurrency} />
        ) : query.consecutive ? (
          <Runs query={query} list={list} rows={found.rows} total={found.total} stale={search.stale} />
        ) : (
          <Grid
            label={t("Available numbers")}
            kind="numbers"
            list={list}
            rows={found.rows}
            total={found.total}
            columns={columns}
            selection={selection}
            stale={search.stale}
          />
        )}
      </section>
    </div>
  );
}

function columnsFor(query: Query): Column<Schemas["Found"]>[] {
  const byReason = query.memorable !== undefined || query.sort === "memorable";
  const [mark, markEnding] = [markerOf(query.q ?? "", false), markerOf(query.q ?? "", true)];
  const memorableBy = (o: Schemas["Found"]) => byReason && o.memorable && memorable.say(o.memorable);
  return [
    { name: "did-cell", title: "DID", cell: (o) => <Number display={o.display} mark={memorableBy(o) ? markEnding : mark} /> },
    {
      name: "area",
      title: t("Area"),
      cell: (o) => (
        <>
          <span class="place">{o.area ?? country(o.country)}</span>{" "}
          <small>{[o.area && country(o.country), o.type && spaced(o.type), memorableBy(o)].filter(Boolean).join(" · ")}</small>
        </>
      ),
    },
    {
      name: "package",
      title: t("Package"),
      cell: (o) => (
        <>
          {o.package.name} {o.price_rule && <small>{reason(o.price_rule)}</small>}
        </>
      ),
    },
    {
      name: "setup money",
      title: t("Setup cost"),
      cell: (o) => (
        <>
          <Amount value={o.setup} bare /> <small class="unit">{t("setup")}</small>
        </>
      ),
    },
    { name: "recurring money", title: t("Recurring cost"), cell: (o) => <Recurring of={o} /> },
    { name: "interval", title: t("Billing"), cell: (o) => capital(every(o.interval)) },
  ];
}

const mostAtOnce = 100; // DIDs of one request

/** Holds the selected numbers. Numbers that can't be held are named, and their selection is removed. */
async function addToCart(): Promise<void> {
  const offers = [...selected.value.values()];
  const outcomes: Outcome[] = [];
  for (let i = 0; i < offers.length; i += mostAtOnce) {
    outcomes.push(...(await hold(offers.slice(i, i + mostAtOnce).map((offer) => offer.did))));
  }
  const display = new Map(offers.map((offer) => [offer.did, offer.display]));
  const held = outcomes.filter(({ outcome }) => outcome === "held" || outcome === "already_held");
  const gone = outcomes.filter(({ outcome }) => outcome === "unavailable" || outcome === "not_offered");
  const limited = outcomes.filter(isLimited);
  selected.value = new Map(offers.filter((offer) => limited.some((o) => o.did === offer.did)).map((offer) => [offer.did, offer]));
  if (held.length)
    tell(
      <>
        {rich("{numbers} held for you{heldUntil}. <a>Proceed To Cart</a>", {
          numbers: plural(held.length, "number"),
          heldUntil: heldUntil(),
          a: (text) => <a href="/cart">{text}</a>,
        })}
      </>,
    );
  if (gone.length)
    tell(
      t("{value} can no longer be bought. The list now shows only available numbers.", { value: sayFew(gone.map((o) => display.get(o.did) ?? o.did)) }),
      "bad",
    );
  for (const [why, some] of byDetail(limited))
    tell(t("{value} could not be added: {why}.", { value: sayFew(some.map((o) => display.get(o.did) ?? o.did)), why }), "bad");
}

/** Outcomes that have the same reason, by the reason. */
function byDetail(outcomes: Outcome[]): Map<string, Outcome[]> {
  const found = new Map<string, Outcome[]>();
  for (const o of outcomes) found.set(o.detail ?? "", [...(found.get(o.detail ?? "") ?? []), o]);
  return found;
}

/** "a, b and 3 more". */
function sayFew(names: string[]): string {
  const few = names.slice(0, 3).join(", ");
  return names.length > 3 ? t("{few} and {names} more", { few, names: names.length - 3 }) : few;
}
