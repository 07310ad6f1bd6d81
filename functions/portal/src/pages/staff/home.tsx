/** Staff's first page: what is on sale, who buys, what came in. */
import { api, body, everyPage, type Schemas } from "../../api/client";
import { sum } from "../../model/money";
import { may } from "../../model/me";
import { capital, country, count, moment, plural } from "../../model/words";
import { Bars } from "../../ui/bars";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amounts, Failure, Icon, PageHead, Skeleton, State } from "../../ui/parts";
import { type Range, Use } from "./ranges";
import { Reports } from "./reports";

const shown = 8; // bars of a chart

export function HomePage() {
  useTitle("Home");
  const coverage = useLoad((signal) => body(api.GET("/v1/coverage", { signal })), []);
  const customers = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/customers", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const imports = useLoad((signal) => body(api.GET("/v1/imports", { params: { query: { limit: 6 } }, signal })), []);
  return (
    <div class="page">
      <PageHead title="Home">
        <a class="button" href="/numbers">Search numbers</a>
        {may.import.value && <a class="button primary" href="/imports"><Icon name="upload" /> Import a file</a>}
      </PageHead>
      {coverage.error ? <Failure error={coverage.error} retry={coverage.reload} /> : !coverage.data ? <Skeleton /> : (
        <>
          <dl class="figures">
            <div><dt>On sale</dt><dd>{count(coverage.data.total)}</dd></div>
            <div><dt>Countries</dt><dd>{count(coverage.data.countries.length)}</dd></div>
            <div><dt>Customers</dt><dd>{customers.data ? count(customers.data.length) : "…"}</dd></div>
            <div><dt>Customers’ balances</dt><dd>{customers.data ? <Amounts values={sum(customers.data.map((c) => c.balance))} /> : "…"}</dd></div>
          </dl>
          <Reports />
          <div class="charts">
            <Bars
              title="On sale by country"
              bars={coverage.data.countries.toSorted((a, b) => b.count - a.count).slice(0, shown).map((c) => ({
                name: country(c.value), value: c.count, say: count(c.count), href: `/numbers?country=${c.value}`,
              }))}
            />
            <Bars
              title="On sale by package"
              bars={coverage.data.packages.map((p) => ({
                name: p.package.name, value: p.count, say: count(p.count), href: `/numbers?package=${p.package.id}`,
              }))}
            />
            <Utilisation />
            <section class="chart card">
              <h2>Latest imports</h2>
              {imports.error ? <Failure error={imports.error} retry={imports.reload} /> : !imports.data ? <Skeleton lines={3} /> : (
                <ul class="latest">
                  {imports.data.data.map((job) => (
                    <li key={job.id}>
                      <a href={`/imports/${job.id}`}>{jobName(job)}</a> <State of={job.status} />
                      <small>{moment(job.created_at)}, {plural(job.dids_added, "DID")} added{job.rows_rejected > 0 && `, ${plural(job.rows_rejected, "row")} rejected`}</small>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          </div>
        </>
      )}
    </div>
  );
}

const mostRanges = 1000; // that are looked at here

/** How much of what is offered is in use, by country. */
function Utilisation() {
  const ranges = useLoad(async (signal) => {
    const all: Range[] = [];
    let cursor: string | undefined;
    do {
      const page = await body(api.GET("/v1/ranges", { params: { query: { limit: 200, cursor } }, signal }));
      all.push(...page.data);
      cursor = page.next_cursor ?? undefined;
    } while (cursor && all.length < mostRanges);
    return { all, whole: !cursor };
  }, []);
  if (ranges.error) return <section class="chart card"><h2>Utilisation</h2><Failure error={ranges.error} retry={ranges.reload} /></section>;
  const byCountry = Map.groupBy(ranges.data?.all ?? [], (range) => range.country);
  const sums = [...byCountry].map(([code, list]) => ({ code, ...total(list) })).sort((a, b) => b.count - a.count).slice(0, shown);
  return (
    <section class="chart card">
      <h2>Utilisation</h2>
      {!ranges.data ? <Skeleton lines={4} /> : (
        <ul>
          {sums.map((s) => (
            <li key={s.code}>
              <span class="name">{country(s.code)}</span><span class="value">{percent.format(s.rented / Math.max(1, s.count))}</span><Use of={s} />
            </li>
          ))}
        </ul>
      )}
      {ranges.data && !ranges.data.whole && <p class="quiet">Of the first {count(mostRanges)} ranges.</p>}
    </section>
  );
}

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

function total(list: Range[]) {
  const sum = { count: 0, rented: 0, held: 0, aging: 0, withheld: 0 };
  for (const range of list) for (const name of ["count", "rented", "held", "aging", "withheld"] as const) sum[name] += range[name];
  return sum;
}

export const fileName = (source: string): string => source.slice(source.lastIndexOf("/") + 1);

/** A job by its file, or by what it does to a span. */
export const jobName = ({ source, action }: Schemas["Import"]): string => [action !== "offer" && capital(action), fileName(source)].filter(Boolean).join(": ");
