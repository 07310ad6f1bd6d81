/** A pasted list, line by line: what can be bought, and why the rest can't. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, body, type Offer, type Schemas } from "../api/client";
import { cart, taken } from "../model/cart";
import { download, toCSV } from "../model/csv";
import { mostLines, withLine, type PastedList } from "../model/list";
import { keepList, keptList } from "../model/lists";
import type { Change, Query } from "../model/query";
import { count, country, every, plural } from "../model/words";
import type { Selection } from "../ui/grid";
import { useLoad } from "../ui/hooks";
import { Amount, Empty, Failure, Icon, Recurring, Skeleton, State } from "../ui/parts";
import { Table } from "../ui/table";
import { rich, t } from "../language";

/** A line as it was looked up. Its offer is null unless it is available. */
type Line = Omit<Schemas["LookedUp"], "offer"> & { offer: Offer | null };

interface Props {
  query: Query;
  change: Change;
  selection: Selection<Offer> | undefined;
}

export function ListResult({ query, change, selection }: Props) {
  const list = keptList(query.list ?? "");
  if (list) return <Lines key={query.list} list={list} query={query} change={change} selection={selection} />;
  return (
    <Empty title={t("This list is not in this tab")} icon="list">
      <p>{t("The tab in which a list was pasted keeps it. Paste the numbers into the search box again.")}</p>
      <p>
        <button type="button" onClick={() => change({ list: undefined })}>
          {t("Close list")}
        </button>
      </p>
    </Empty>
  );
}

const projectionDelay = 2000; // ms until a look-up knows what was held
const step = 200; // lines that are drawn at once

function Lines({ list, query, change, selection }: Props & { list: PastedList }) {
  const national = query.country?.includes(",") ? undefined : query.country; // of several, none is the one of national numbers
  const found = useLoad((signal) => body(api.POST("/v1/available-dids/search", { body: { dids: list.lines, country: national }, signal })), [national]);
  const [only, setOnly] = useState<string>();
  const [drawn, setDrawn] = useState(step);
  const known = useRef(taken.value);
  useEffect(() => {
    if (known.current === taken.value) return;
    known.current = taken.value;
    const timer = setTimeout(found.reload, projectionDelay);
    return () => clearTimeout(timer);
  }, [taken.value, found.reload]);
  if (found.error) return <Failure error={found.error} retry={found.reload} />;
  if (!found.data) return <Skeleton lines={12} />;
  const lines = found.data.data.map(asOfNow);
  const shown = only ? lines.filter((line) => line.outcome === only) : lines;
  const free = lines.flatMap((line) => line.offer ?? []);
  return (
    <section class="list" aria-label={t("Pasted list")}>
      <div class="toolbar">
        <p class="total" role="status">
          {rich("{free} of {lines} can be bought", { free: <b>{count(free.length)}</b>, lines: plural(lines.length, "line") })}
        </p>
        <Countries value={national} change={change} />
        {selection && free.length > 0 && (
          <button type="button" onClick={() => selection.set(free, !free.every(selection.has))}>
            {free.every(selection.has) ? t("Deselect all available") : t("Select all available")}
          </button>
        )}
        <button type="button" onClick={() => download("list.csv", toCSV(csvRows(lines)))}>
          <Icon name="download" /> CSV
        </button>
        <button type="button" onClick={() => change({ list: undefined, country: undefined })}>
          {t("Close list")}
        </button>
      </div>
      <Notes list={list} />
      <Outcomes lines={lines} only={only} choose={setOnly} />
      <LineTable lines={shown.slice(0, drawn)} selection={selection} rewrite={(line, text) => change({ list: keepList(withLine(list, line, text)) }, true)} />
      {shown.length > drawn && (
        <p class="more">
          <button type="button" onClick={() => setDrawn(drawn + step)}>
            {t("Show more ({shown} left)", { shown: count(shown.length - drawn) })}
          </button>
        </p>
      )}
    </section>
  );
}

/** A line, with the effect of this tab's later actions. */
function asOfNow(line: Line): Line {
  if (!line.did || line.outcome !== "available") return line;
  if (cart.value?.items.some((item) => item.did === line.did)) return { ...line, outcome: "yours", detail: t("It is in your cart"), offer: null };
  if (taken.value.has(line.did)) return { ...line, outcome: "unavailable", detail: t("It can no longer be bought"), offer: null };
  return line;
}

function Notes({ list }: { list: PastedList }) {
  return (
    <>
      {list.pasted > list.lines.length && (
        <div class="note" role="alert">
          <Icon name="alert" />
          <div>
            <p>
              {rich("<b>Only the first {mostLines} of {pasted} lines were looked up.</b> Paste the lines after “{value}” as another list.", {
                b: (text) => <b>{text}</b>,
                mostLines: count(mostLines),
                pasted: count(list.pasted),
                value: list.lines.at(-1),
              })}
            </p>
          </div>
        </div>
      )}
      {list.ignored.length > 0 && <p class="quiet">{t("Columns without numbers are left out: {value}.", { value: list.ignored.join(", ") })}</p>}
    </>
  );
}

const outcomeWords: Record<Line["outcome"], string> = {
  available: t("Available"),
  unavailable: t("Unavailable"),
  yours: t("Yours"),
  not_offered: t("Not sold here"),
  duplicate: t("Duplicate"),
  ambiguous: t("Ambiguous"),
  invalid: t("Unreadable"),
};

function Outcomes({ lines, only, choose }: { lines: Line[]; only: string | undefined; choose: (outcome: string | undefined) => void }) {
  const tally = new Map<string, number>();
  for (const { outcome } of lines) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  return (
    <div class="segments" role="group" aria-label={t("Outcome")}>
      <button type="button" aria-pressed={!only} onClick={() => choose(undefined)}>
        {t("All {lines}", { lines: count(lines.length) })}
      </button>
      {Object.entries(outcomeWords).map(
        ([outcome, say]) =>
          tally.has(outcome) && (
            <button key={outcome} type="button" aria-pressed={only === outcome} onClick={() => choose(outcome)}>
              {say} {count(tally.get(outcome) ?? 0)}
            </button>
          ),
      )}
    </div>
  );
}

/** The choice of the country of national numbers. */
function Countries({ value, change }: { value: string | undefined; change: Change }) {
  const onSale = useLoad((signal) => body(api.GET("/v1/available-dids", { params: { query: { limit: 1 } }, signal })), []);
  const codes = new Set([...(onSale.data?.facets.country ?? []).map((facet) => facet.value), ...(value ? [value] : [])]);
  return (
    <label class="choice">
      {t("Country of national numbers")}{" "}
      <select value={value ?? ""} onChange={(event) => change({ country: event.currentTarget.value || undefined }, true)}>
        <option value="">{t("Any on sale")}</option>
        {[...codes].map((code) => (
          <option key={code} value={code}>
            {country(code)}
          </option>
        ))}
      </select>
    </label>
  );
}

function LineTable({ lines, selection, rewrite }: { lines: Line[]; selection: Selection<Offer> | undefined; rewrite: (line: number, text: string) => void }) {
  return (
    <Table
      caption={t("Lines of the list")}
      rows={lines}
      named={1}
      columns={[
        [t("Line"), (line) => count(line.line)],
        [t("As pasted"), (line) => <Pasted line={line} selection={selection} />],
        [t("Result"), (line) => <State of={line.outcome} say={outcomeWords[line.outcome]} />],
        [t("Number or reason"), (line) => <Reason line={line} rewrite={rewrite} />],
        [t("Setup cost"), (line) => line.offer && <Amount value={line.offer.setup} />, "count"],
        [t("Recurring cost"), (line) => line.offer && <Recurring of={line.offer} />, "count"],
      ]}
    />
  );
}

function Pasted({ line: { input, offer }, selection }: { line: Line; selection: Selection<Offer> | undefined }) {
  if (!offer || !selection) return <span class="pasted">{input}</span>;
  return (
    <label class="choice pasted">
      <input type="checkbox" checked={selection.has(offer)} onChange={(event) => selection.set([offer], event.currentTarget.checked)} /> {input}
    </label>
  );
}

function Reason({ line, rewrite }: { line: Line; rewrite: (line: number, text: string) => void }) {
  if (line.offer)
    return (
      <>
        {line.offer.display} <small>{line.offer.area ?? country(line.offer.country)}</small>
      </>
    );
  return (
    <>
      {line.detail}
      {line.readings?.map((reading) => (
        <button key={reading} type="button" onClick={() => rewrite(line.line, reading)}>
          {t("It is {reading}", { reading })}
        </button>
      ))}
    </>
  );
}

const csvRows = (lines: Line[]): string[][] => [
  ["line", "as_pasted", "outcome", "did", "detail", "readings", "setup", "recurring", "currency", "interval"],
  ...lines.map(({ line, input, outcome, did, detail, readings, offer }) => [
    String(line),
    input,
    outcome,
    did ?? "",
    detail ?? "",
    readings?.join(" ") ?? "",
    offer?.setup.amount ?? "",
    offer?.recurring.amount ?? "",
    offer?.recurring.currency ?? "",
    offer ? every(offer.interval) : "",
  ]),
];
