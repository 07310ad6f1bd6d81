/** The filters of a search, each value with its count. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Schemas } from "../api/client";
import { alike, type Change, type FilterName, type Query, several, toggled } from "../model/query";
import { readDecimal, writeDecimal } from "../model/decimal";
import { capital, count, country, every, readInterval, spaced } from "../model/words";
import { useAddressText } from "./address";
import { Endings, memorable } from "./endings";
import { useMedia } from "./hooks";
import { Icon } from "./parts";
import { t } from "../language";

export interface Props {
  query: Query;
  change: Change;
}

/** A filter: its title, and its value in words. */
export interface Facet {
  name: FilterName;
  title: string;
  say: (value: string) => string;
}

const facetOrder: Facet[] = [
  { name: "country", title: t("Country"), say: (v) => v.split(",").map(country).join(", ") },
  { name: "area", title: t("Area"), say: (v) => v },
  { name: "type", title: t("Type"), say: (v) => capital(spaced(v)) },
  { name: "package", title: t("Package"), say: capital },
  { name: "interval", title: t("Billing"), say: (v) => capital(every(readInterval(v))) },
  {
    name: "features",
    title: t("Capabilities"),
    say: (v) =>
      v
        .split(",")
        .map((f) => featureNames[f] ?? f)
        .join(", "),
  },
];

const featureNames: Record<string, string> = { voice: t("Voice"), sms: t("SMS"), fax: t("Fax") };

const prices: Facet[] = [
  { name: "max_recurring", title: t("Recurring cost a month, at most"), say: (v) => t("at most {v} a month", { v: writeDecimal(v) }) },
  { name: "max_setup", title: t("Setup cost, at most"), say: (v) => t("at most {v} setup", { v: writeDecimal(v) }) },
];

export function Filters({ query, change, facets, open, close }: Props & { facets: Schemas["Facets"] | undefined; open: boolean; close: () => void }) {
  const narrow = useMedia("(max-width: 900px)");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const el = dialog.current;
    if (open && !el?.open) el?.showModal();
    if (!open && el?.open) el.close();
  }, [open, narrow]);
  const groups = <Groups query={query} change={change} facets={facets} />;
  if (!narrow)
    return (
      <aside class="filters" aria-label={t("Filters")}>
        {groups}
      </aside>
    );
  return (
    <dialog ref={dialog} class="sheet" aria-label={t("Filters")} onClose={close}>
      {open && groups}
      <button type="button" class="button primary" onClick={close}>
        {t("Show the numbers")}
      </button>
    </dialog>
  );
}

function Groups({ query, change, facets }: Props & { facets: Schemas["Facets"] | undefined }) {
  const all = (facets ?? {}) as Partial<Record<FilterName, Schemas["Facet"][]>>;
  const others = (facets?.others ?? {}) as Partial<Record<FilterName, Schemas["Others"]>>;
  return (
    <>
      {facetOrder.map((facet) => (
        <Group key={facet.name} facet={facet} values={all[facet.name] ?? []} others={others[facet.name]?.values ?? 0} query={query} change={change} />
      ))}
      <Endings query={query} change={change} />
      {prices.map((price) => (
        <Price key={price.name} facet={price} query={query} change={change} />
      ))}
    </>
  );
}

function Price({ facet: { name, title }, query, change }: Props & { facet: Facet }) {
  const [problem, setProblem] = useState("");
  const kept = writeDecimal(query[name] ?? "");
  const field = useAddressText(kept, (text) => {
    try {
      const price = readDecimal(text);
      setProblem("");
      change({ [name]: price || undefined });
      return writeDecimal(price);
    } catch (error) {
      setProblem((error as Error).message); // the address keeps the price before
      return kept;
    }
  });
  return (
    <fieldset class="facet price">
      <legend>
        <label for={name}>{title}</label>
      </legend>
      <input
        id={name}
        inputmode="decimal"
        placeholder={writeDecimal("0.00")}
        aria-describedby={`${name}-problem`}
        value={field.text}
        onInput={(event) => field.edit(event.currentTarget.value)}
        onChange={field.commit}
      />
      <span id={`${name}-problem`} class="hint short" role="alert">
        {problem}
      </span>
    </fieldset>
  );
}

const shownAtFirst = 7;

/** One filter's values; others is the number of values that the answer leaves out. */
function Group({ facet, values, others, query, change }: Props & { facet: Facet; values: Schemas["Facet"][]; others: number }) {
  const [all, setAll] = useState(false);
  const text = query[facet.name];
  const chosen = !text ? [] : several.includes(facet.name) ? text.split(",").map((value) => value.trim()) : [text];
  if (values.length === 0 && chosen.length === 0) return null;
  const sorted = [...values].sort((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  const shown = all ? sorted : sorted.slice(0, shownAtFirst);
  for (const value of chosen) if (!shown.some((v) => alike(v.value, value))) shown.unshift(sorted.find((v) => alike(v.value, value)) ?? { value, count: 0 });
  return (
    <fieldset class="facet">
      <legend>{facet.title}</legend>
      {shown.map(({ value, count: n }) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen.some((c) => alike(c, value))}
          onClick={() => change({ [facet.name]: toggled(facet.name, chosen, value) })}
        >
          <span>{facet.say(value)}</span>
          <span class="n">{count(n)}</span>
          <meter aria-hidden="true" min={0} max={most} value={n} />
        </button>
      ))}
      {sorted.length > shownAtFirst && (
        <button type="button" class="more" onClick={() => setAll(!all)}>
          {all ? t("Fewer") : t("{sorted} more", { sorted: count(sorted.length + others - shownAtFirst) })}
        </button>
      )}
      {others > 0 && all && <p class="quiet">{t("and {others} more. Narrow the search to see them.", { others: count(others) })}</p>}
    </fieldset>
  );
}

const lengths = ["2", "3", "5", "10", "20", "50", "90"];

/** The choice between single numbers and runs, and the order. */
export function Arrange({ query, change }: Props) {
  return (
    <div class="arrange">
      <label for="consecutive" class="hidden">
        {t("Consecutive")}
      </label>
      <select
        id="consecutive"
        value={query.consecutive ?? ""}
        onChange={(event) => change({ consecutive: event.currentTarget.value || undefined, sort: undefined })}
      >
        <option value="">{t("Single numbers")}</option>
        {lengths.map((n) => (
          <option key={n} value={n}>
            {t("{n} consecutive", { n })}
          </option>
        ))}
      </select>
      {!query.consecutive && (
        <>
          <label for="sort" class="hidden">
            {t("Order##sequence")}
          </label>
          <select id="sort" value={query.sort ?? ""} onChange={(event) => change({ sort: event.currentTarget.value || undefined })}>
            <option value="">{t("By number")}</option>
            <option value="price">{t("By price a month")}</option>
            <option value="memorable">{t("By memorability")}</option>
          </select>
        </>
      )}
    </div>
  );
}

/** The active filters, each with a button that removes it. */
export function FilterSummary({ query, change }: Props) {
  const on = [...facetOrder, memorable, ...prices].filter((facet) => query[facet.name]);
  if (on.length === 0) return null;
  return (
    <ul class="on">
      {on.map((facet) => (
        <li key={facet.name}>
          <button
            type="button"
            aria-label={t("Remove {title}: {query}", { title: facet.title, query: facet.say(query[facet.name] ?? "") })}
            onClick={() => change({ [facet.name]: undefined })}
          >
            {facet.say(query[facet.name] ?? "")}
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
