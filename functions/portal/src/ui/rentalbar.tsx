/** The filters and the order of a list of rented numbers, each value with its count. */
import type { Schemas } from "../api/client";
import { orders, states, type RentalFilters } from "../model/rentalfilters";
import { capital, count, country } from "../model/words";
import { useAddressText } from "./address";
import { State } from "./parts";
import { t } from "../language";

interface Props {
  filters: RentalFilters;
  facets: Schemas["RentalFacets"] | undefined;
  /** Whether the list has orders to choose from. */
  sortable?: boolean;
  change: (next: RentalFilters) => void;
}

type FacetName = "country" | "area" | "package" | "tag";

/** A filter by a facet: its title, and its value in words. */
const choices: { name: FacetName; title: string; all: string; say: (value: string) => string }[] = [
  { name: "country", title: t("Country"), all: t("All countries"), say: country },
  { name: "area", title: t("Area"), all: t("All areas"), say: (v) => v },
  { name: "package", title: t("Package"), all: t("All packages"), say: capital },
  { name: "tag", title: t("Tag"), all: t("All tags"), say: (v) => v },
];

const orderNames: Record<(typeof orders)[number], string> = {
  number: t("By number"),
  label: t("By label"),
  next_charge: t("By next charge"),
  assigned_at: t("Newest first"),
};

export function RentalBar({ filters, facets, sortable = true, change }: Props) {
  const field = useAddressText(filters.q ?? "", (q) => {
    change({ q });
    return q;
  });
  const mute = filters.destination === "none";
  return (
    <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
      <label class="hidden" for="dids-q">
        {t("Search rented numbers")}
      </label>
      <input
        id="dids-q"
        type="search"
        placeholder={t("Number, label, tag or area")}
        value={field.text}
        onInput={(event) => field.edit(event.currentTarget.value)}
        onChange={field.commit}
      />
      <div class="segments" role="group" aria-label={t("State")}>
        {[undefined, ...states.filter((s) => s !== "ported_out" || filters.state === s)].map((s) => (
          <button key={s ?? ""} type="button" aria-pressed={filters.state === s} onClick={() => change({ state: s })}>
            {s ? <State of={s} /> : t("All")}
          </button>
        ))}
      </div>
      <button type="button" aria-pressed={mute} onClick={() => change({ destination: mute ? undefined : "none" })}>
        {t("Without a destination")}
      </button>
      {choices.map(({ name, title, all, say }) => (
        <Choice key={name} title={title} all={all} say={say} value={filters[name]} values={facets?.[name] ?? []} set={(value) => change({ [name]: value })} />
      ))}
      {sortable && (
        <>
          <label class="hidden" for="dids-sort">
            {t("Order##sequence")}
          </label>
          <select id="dids-sort" value={filters.sort ?? "number"} onChange={(event) => change({ sort: event.currentTarget.value })}>
            {orders.map((order) => (
              <option key={order} value={order}>
                {orderNames[order]}
              </option>
            ))}
          </select>
        </>
      )}
    </form>
  );
}

interface ChoiceProps {
  title: string;
  all: string;
  say: (value: string) => string;
  value: string | undefined;
  values: Schemas["Facet"][];
  set: (value: string | undefined) => void;
}

/** One filter. There is nothing to choose while all numbers have the same value. */
function Choice({ title, all, say, value, values, set }: ChoiceProps) {
  if (!value && values.length < (title === "Tag" ? 1 : 2)) return null;
  const shown = value && !values.some((v) => v.value === value) ? [{ value, count: 0 }, ...values] : values;
  return (
    <select aria-label={title} value={value ?? ""} onChange={(event) => set(event.currentTarget.value || undefined)}>
      <option value="">{all}</option>
      {shown.map((v) => (
        <option key={v.value} value={v.value}>
          {say(v.value)} ({count(v.count)})
        </option>
      ))}
    </select>
  );
}
