/** Staff's first page: what is on sale, who buys, what came in. */
import { api, body, everyPage } from "../../api/client";
import { sum } from "../../model/money";
import { may } from "../../model/me";
import { country, count, moment, plural } from "../../model/words";
import { Bars } from "../../ui/bars";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amounts, Failure, Icon, PageHead, Skeleton, State } from "../../ui/parts";

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
            <section class="chart card">
              <h2>Latest imports</h2>
              {imports.error ? <Failure error={imports.error} retry={imports.reload} /> : !imports.data ? <Skeleton lines={3} /> : (
                <ul class="latest">
                  {imports.data.data.map((job) => (
                    <li key={job.id}>
                      <a href={`/imports/${job.id}`}>{fileName(job.source)}</a> <State of={job.status} />
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

export const fileName = (source: string): string => source.slice(source.lastIndexOf("/") + 1);
