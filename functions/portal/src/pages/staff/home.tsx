/** Staff's first page: numbers on sale, customers and imports. */
import { api, body, everyPage } from "../../api/client";
import { sum } from "../../model/money";
import { may } from "../../model/me";
import { country, count, moment, plural } from "../../model/words";
import { Bars } from "../../ui/bars";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amounts, Icon, PageHead, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { type Range, Use } from "./ranges";
import { jobName, sayOutcome, stateOf } from "./job";
import { Reports } from "./reports";
import { Work } from "./work";
import { locale, t } from "../../language";

const shown = 8; // bars of a chart

export function HomePage() {
  useTitle(t("Home"));
  const coverage = useLoad((signal) => body(api.GET("/v1/coverage", { signal })), []);
  const customers = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/customers", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const imports = useLoad((signal) => body(api.GET("/v1/imports", { params: { query: { limit: 200 } }, signal })), []);
  const ranges = useRanges();
  return (
    <div class="page">
      <PageHead title={t("Home")}>
        <a class="button" href="/numbers">
          {t("Search numbers")}
        </a>
        {may.import.value && (
          <a class="button primary" href="/imports">
            <Icon name="upload" /> {t("Import a file")}
          </a>
        )}
      </PageHead>
      <Work customers={customers} imports={imports} ranges={ranges} />
      <Ready of={coverage}>
        {(c) => (
          <>
            <dl class="figures">
              <div>
                <dt>{t("On sale")}</dt>
                <dd>{count(c.total)}</dd>
              </div>
              <div>
                <dt>{t("Countries")}</dt>
                <dd>{count(c.countries.length + c.others.countries.values)}</dd>
              </div>
              <div>
                <dt>{t("Customers")}</dt>
                <dd>{customers.data ? count(customers.data.length) : "…"}</dd>
              </div>
              <div>
                <dt>{t("Customers’ balances")}</dt>
                <dd>{customers.data ? <Amounts values={sum(customers.data.map((c) => c.balance))} /> : "…"}</dd>
              </div>
            </dl>
            <Reports />
            <div class="charts">
              <Bars
                title={t("On sale by country")}
                bars={c.countries
                  .toSorted((a, b) => b.count - a.count)
                  .slice(0, shown)
                  .map((of) => ({
                    name: country(of.value),
                    value: of.count,
                    say: count(of.count),
                    href: `/numbers?country=${of.value}`,
                  }))}
              />
              <Bars
                title={t("On sale by package")}
                bars={c.packages.map((p) => ({
                  name: p.package.name,
                  value: p.count,
                  say: count(p.count),
                  href: `/numbers?package=${p.package.id}`,
                }))}
              />
              <Utilisation ranges={ranges} />
              <section class="chart card">
                <h2>{t("Latest imports")}</h2>
                <Ready of={imports} lines={3}>
                  {({ data }) =>
                    data.length === 0 ? (
                      <p class="quiet">{t("Nothing yet.")}</p>
                    ) : (
                      <ul class="latest">
                        {data.slice(0, 6).map((job) => (
                          <li key={job.id}>
                            <a href={`/imports/${job.id}`}>{jobName(job)}</a> <State of={stateOf(job)} />
                            <small>
                              {[
                                moment(job.created_at),
                                sayOutcome(job),
                                job.rows_rejected > 0 &&
                                  (job.dry_run
                                    ? plural(job.rows_rejected, "# row would be rejected", "# rows would be rejected")
                                    : plural(job.rows_rejected, "# row rejected", "# rows rejected")),
                              ]
                                .filter(Boolean)
                                .join(", ")}
                            </small>
                          </li>
                        ))}
                      </ul>
                    )
                  }
                </Ready>
              </section>
            </div>
          </>
        )}
      </Ready>
    </div>
  );
}

const mostRanges = 1000; // that are looked at here

/** The first ranges of the carrier. */
function useRanges() {
  return useLoad(async (signal) => {
    const all: Range[] = [];
    let cursor: string | undefined;
    do {
      const page = await body(api.GET("/v1/ranges", { params: { query: { limit: 200, cursor } }, signal }));
      all.push(...page.data);
      cursor = page.next_cursor ?? undefined;
    } while (cursor && all.length < mostRanges);
    return { all, whole: !cursor };
  }, []);
}

/** The used share of the offered numbers, by country. */
function Utilisation({ ranges }: { ranges: ReturnType<typeof useRanges> }) {
  return (
    <section class="chart card">
      <h2>{t("Utilisation")}</h2>
      <Ready of={ranges} lines={4}>
        {({ all, whole }) => (
          <>
            <ul>
              {byCountry(all).map((s) => (
                <li key={s.code}>
                  <span class="name">
                    <a href={`/inventory?country=${s.code ?? ""}`}>{country(s.code)}</a>
                  </span>
                  <span class="value">{percent.format(s.rented / Math.max(1, s.count))}</span>
                  <Use of={s} />
                </li>
              ))}
            </ul>
            {all.length === 0 && <p class="quiet">{t("Nothing yet.")}</p>}
            {!whole && <p class="quiet">{t("Of the first {mostRanges} ranges.", { mostRanges: count(mostRanges) })}</p>}
          </>
        )}
      </Ready>
    </section>
  );
}

const byCountry = (ranges: Range[]) =>
  [...Map.groupBy(ranges, (range) => range.country)]
    .map(([code, list]) => ({ code, ...total(list) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, shown);

const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });

function total(list: Range[]) {
  const sum = { count: 0, rented: 0, held: 0, aging: 0, withheld: 0 };
  for (const range of list) for (const name of ["count", "rented", "held", "aging", "withheld"] as const) sum[name] += range[name];
  return sum;
}
