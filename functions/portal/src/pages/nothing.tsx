/** What to search for instead, when a text is a name or nothing was found. */
import { api, body, type Schemas } from "../api/client";
import { noFilters, type Change, type Query } from "../model/query";
import { capital, count, country, plural, spaced } from "../model/words";
import { useLoad } from "../ui/hooks";
import { Empty, Icon } from "../ui/parts";
import { rich, t } from "../language";

interface Props {
  query: Query;
  change: Change;
}

/** Filters that the text may mean: the name of an area, a package, a type or a country. */
export function Suggestions({ query, of, change }: Props & { of: Schemas["Suggestion"][] }) {
  const text = query.q?.trim().toLowerCase() ?? "";
  const named = /^[^\d?*+]{2,}$/.test(text);
  const onSale = useLoad((signal) => (named ? body(api.GET("/v1/coverage", { signal })) : Promise.resolve(undefined)), [named]);
  const countries = !named
    ? []
    : (onSale.data?.countries ?? []).filter(({ value }) => value.toLowerCase() === text || country(value).toLowerCase().startsWith(text));
  const all = [...countries.map(({ value, count }) => ({ filter: "country", value, label: country(value), count })), ...of];
  if (all.length === 0) return null;
  return (
    <div class="note" role="status">
      <Icon name="filter" />
      <div>
        <p>{t("Did you mean numbers of")}</p>
        <div class="buttons">
          {all.map(({ filter, value, label, count: n }) => (
            <button key={filter + value} type="button" onClick={() => change({ q: undefined, [filter]: value })}>
              {capital(label)}{" "}
              <small>
                {spaced(filter)}, {count(n)}
              </small>
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The nearest searches that find numbers: the same beginning, the same ending, no filters. */
async function nearest({ q = "", ...filters }: Query, signal: AbortSignal): Promise<[say: string, change: Query, total: number][]> {
  const total = async (query: Query) => (await body(api.GET("/v1/available-dids", { params: { query: { ...query, limit: 1 } as never }, signal }))).total;
  const digits = q.replace(/[^\d?]/g, "");
  const found: [string, Query, number][] = [];
  const first = async (say: string, cut: (n: number) => string) => {
    for (let n = digits.length - 1; n > 1; n--) {
      const shorter = cut(n);
      const some = await total({ ...filters, q: shorter });
      if (some > 0) return void found.push([`${say} ${shorter}`, { q: shorter }, some]);
    }
  };
  const plus = q.trim().startsWith("+") ? "+" : "";
  await first(plus ? t("Begins with") : t("Contains"), (n) => plus + digits.slice(0, n));
  await first(t("Ends with"), (n) => `*${digits.slice(-n)}`);
  const free = { ...filters, ...noFilters };
  if (Object.keys(filters).length > 0) {
    const some = await total({ q });
    if (some > 0) found.push([t("Without the filters"), free, some]);
  }
  return found;
}

export function Nothing({ query, change, held, otherCurrency }: Props & { held: number; otherCurrency: number }) {
  if (held > 0) {
    return (
      <Empty title={t("No more numbers match")} icon="cart">
        <p>{plural(held, "# matching number is in your cart.", "# matching numbers are in your cart.")}</p>
        <p>
          <a class="button primary" href="/cart">
            {t("Proceed To Cart")}
          </a>
        </p>
      </Empty>
    );
  }
  return <Otherwise query={query} change={change} otherCurrency={otherCurrency} />;
}

/** Why nothing matches, and searches near it that find something. */
function Otherwise({ query, change, otherCurrency }: Props & { otherCurrency: number }) {
  const filtered = Object.entries(query).some(([name, value]) => name !== "q" && value);
  const near = useLoad((signal) => nearest(query, signal), [query]);
  return (
    <Empty title={t("No numbers match")} icon="search">
      <p>
        <span>
          {filtered ? t("No available number matches your search and these filters.") : t("No available number matches your search.")}{" "}
          {rich("Use {key} for any digit.", { key: <kbd>?</kbd> })}
        </span>
      </p>
      {otherCurrency > 0 && (
        <p>
          <span>
            {plural(
              otherCurrency,
              "# match is priced in another currency than your account’s, so you can’t buy it. Ask your carrier.",
              "# matches are priced in another currency than your account’s, so you can’t buy them. Ask your carrier.",
            )}
          </span>
        </p>
      )}
      <p>
        {filtered && (
          <button type="button" onClick={() => change(noFilters)}>
            {t("Clear filters")}
          </button>
        )}
        {near.data?.map(([say, filters, n]) => (
          <button key={say} type="button" onClick={() => change(filters)}>
            {say} <small>{count(n)}</small>
          </button>
        ))}
      </p>
    </Empty>
  );
}
