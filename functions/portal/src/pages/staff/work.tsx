/** What waits for staff: unpaid numbers, low balances, failed imports, plans, packages that are nearly sold out, holds. */
import { api, body, type Schemas } from "../../api/client";
import type { Import } from "../../model/imports";
import { compare, show } from "../../model/money";
import { inTurns } from "../../model/turns";
import { capital, count, plural, spaced } from "../../model/words";
import { type Loaded, useLoad } from "../../ui/hooks";
import { isPlan, jobName, sayOutcome } from "./job";
import type { Range } from "./ranges";
import { t } from "../../language";

interface Item {
  href: string;
  name: string;
  note: string;
}

type Task = [title: string, items: Item[]];

interface Props {
  customers: Loaded<Schemas["Customer"][]>;
  imports: Loaded<{ data: Import[] }>;
  ranges: Loaded<{ all: Range[]; whole: boolean }>;
}

export function Work(of: Props) {
  const customers = of.customers.data ?? [];
  const imports = of.imports.data?.data ?? [];
  const ranges = of.ranges.data?.all ?? [];
  const poorest = customers.toSorted((a, b) => compare(a.available, b.available)).slice(0, mostAsked);
  const unpaid = useLoad((signal) => unpaidOf(poorest, signal), [poorest.map((c) => c.id).join()]);
  const waiting = useLoad(waitingOrders, []);
  const tasks: Task[] = [
    [t("Orders that wait for an approval"), waiting.data ?? []],
    [t("Past due or suspended"), unpaid.data ?? []],
    [
      t("Low balance"),
      poorest
        .filter((c) => c.status === "active" && compare(c.available, { ...c.available, amount: low }) < 0)
        .map((c) => ({ href: `/customers/${c.id}`, name: c.name, note: t("{available} available", { available: show(c.available) }) })),
    ],
    [
      t("Failed imports"),
      imports.filter((job) => job.status === "failed").map((job) => ({ href: `/imports/${job.id}`, name: jobName(job), note: capital(job.error ?? "") })),
    ],
    [
      t("Plans that wait"),
      imports.filter((job) => isPlan(job) && job.rows_applied > 0).map((job) => ({ href: `/imports/${job.id}`, name: jobName(job), note: sayOutcome(job) })),
    ],
    [t("Nearly sold out"), soldOut(ranges)],
    [
      t("Held in carts"),
      ranges
        .filter((r) => r.held > 0)
        .map((r) => ({ href: `/inventory?starts_with=${r.start.slice(1)}`, name: `${r.start} – ${r.end}`, note: t("{held} held", { held: count(r.held) }) })),
    ],
  ];
  const sources = [of.customers, of.imports, of.ranges, unpaid, waiting];
  const failed = sources.some((s) => s.error);
  const idle = !failed && sources.every((s) => s.data !== undefined);
  const state = failed ? t("A part could not be read. Load the page again to see all.") : idle ? t("Nothing waits for you.") : t("Looking …");
  const open = tasks.filter(([, items]) => items.length > 0);
  return (
    <section class="card pad work" aria-label={t("To do")}>
      <h2>{t("To do")}</h2>
      {(open.length === 0 || !idle) && (
        <p class="quiet" role="status">
          {state}
        </p>
      )}
      <div>
        {open.map(([title, items]) => (
          <section key={title}>
            <h3>
              {title} <b>{count(items.length)}</b>
            </h3>
            <ul>
              {items.slice(0, shown).map((item) => (
                <li key={item.href + item.name}>
                  <a href={item.href}>{item.name}</a> <small>{item.note}</small>
                </li>
              ))}
            </ul>
            {items.length > shown && <p class="quiet">{t("and {items} more", { items: count(items.length - shown) })}</p>}
          </section>
        ))}
      </div>
    </section>
  );
}

const shown = 4; // items of a task
const mostAsked = 20; // customers that are asked for unpaid numbers: those with the least money
const low = "10"; // of any currency

/** The customers with unpaid numbers. */
async function unpaidOf(customers: Schemas["Customer"][], signal: AbortSignal): Promise<Item[]> {
  const found: Item[] = [];
  await inTurns(
    customers.flatMap((c) => (["past_due", "suspended"] as const).map((state) => ({ c, state }))),
    async ({ c, state }) => {
      const { total } = await body(api.GET("/v1/customers/{id}/dids", { params: { path: { id: c.id }, query: { state, limit: 1 } }, signal }));
      if (total)
        found.push({
          href: `/customers/${c.id}`,
          name: c.name,
          note: `${plural(total, "number")} ${spaced(state)}`,
        });
    },
  );
  return found;
}

/** The first orders that wait for an approval. */
async function waitingOrders(signal: AbortSignal): Promise<Item[]> {
  const { data } = await body(api.GET("/v1/approvals", { params: { query: { limit: 200 } }, signal }));
  return data.map((o) => ({
    href: `/customers/${o.customer}/orders/${o.id}`,
    name: o.number,
    note: o.approval?.total ? show(o.approval.total) : "",
  }));
}

/** The packages of which less than a tenth is available. */
function soldOut(ranges: Range[]): Item[] {
  return [...Map.groupBy(ranges, (r) => r.package)].flatMap(([name, list]) => {
    const [offered, available] = list.reduce(([all, free], r) => [all + r.count, free + r.available], [0, 0] as [number, number]);
    return available * 10 < offered
      ? {
          href: `/inventory?package=${encodeURIComponent(name)}`,
          name,
          note: t("{available} of {offered} available", { available: count(available), offered: count(offered) }),
        }
      : [];
  });
}
