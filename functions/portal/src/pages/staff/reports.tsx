/** Revenue and the coming renewals. */
import { api, body, everyPage, type Money, type Schemas } from "../../api/client";
import { show, sum } from "../../model/money";
import { dayOf, plural } from "../../model/words";
import { useLoad } from "../../ui/hooks";
import { Amounts } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { Columns } from "./columns";
import { rich, t } from "../../language";

const month = (name: string): string => dayOf(`${name}-01`).slice(2);

export function Reports() {
  const revenue = useLoad((signal) => everyRevenue(signal), []);
  const renewals = useLoad((signal) => body(api.GET("/v1/reports/renewals", { signal })), []);
  return (
    <div class="charts wide">
      <Ready of={revenue} lines={6}>
        {(report) => <Revenue of={report} />}
      </Ready>
      <Ready of={renewals} lines={6}>
        {(report) => <Renewals of={report} />}
      </Ready>
    </div>
  );
}

/** The report with the rows of all its pages. */
async function everyRevenue(signal: AbortSignal): Promise<Schemas["RevenueReport"]> {
  let report: Schemas["RevenueReport"] | undefined;
  const data = await everyPage(async (cursor) => (report = await body(api.GET("/v1/reports/revenue", { params: { query: { cursor } }, signal }))));
  if (!report) throw new Error(t("the report has no page"));
  return { ...report, data };
}

const kinds = 5; // parts of a bar: the packages that earn most, and the others

/** One chart for each currency. */
function Revenue({ of }: { of: Schemas["RevenueReport"] }) {
  const total = of.totals[0] ?? { amount: "0", currency: "" };
  return (
    <>
      {(of.totals.length ? of.totals : [total]).map((total) => (
        <Earned key={total.currency} of={of} total={total} />
      ))}
    </>
  );
}

function Earned({ of, total }: { of: Schemas["RevenueReport"]; total: Money }) {
  const rows = of.data.filter((row) => row.total.currency === total.currency);
  const earned = (row: Schemas["Earned"]) => Number(row.total.amount);
  const packages = [...Map.groupBy(rows, (row) => row.package.name)]
    .map(([name, list]) => ({ name, sum: list.reduce((sum, row) => sum + earned(row), 0) }))
    .sort((a, b) => b.sum - a.sum)
    .map((p) => p.name);
  const series = packages.length > kinds ? [...packages.slice(0, kinds - 1), t("Others")] : packages;
  const columns = monthsOf(of).map((m) => {
    const list = rows.filter((row) => row.month === m);
    const parts = series.map(() => 0);
    for (const row of list) parts[Math.min(packages.indexOf(row.package.name), series.length - 1)]! += earned(row);
    return {
      name: month(m),
      parts,
      say:
        sum(list.map((row) => row.total))
          .map(show)
          .join() || t("nothing"),
    };
  });
  return (
    <Columns
      title={t("Revenue by package and month")}
      lead={<>{rich("{amounts} before tax, in 12 months", { amounts: <Amounts values={[total]} /> })}</>}
      columns={columns}
      series={series}
    >
      <Table
        caption={t("Revenue by package and month")}
        rows={rows.toReversed()}
        columns={[
          [t("Month"), (row) => month(row.month)],
          [t("Package"), (row) => row.package.name],
          [t("Setup"), (row) => row.setup, "bare"],
          [t("Recurring"), (row) => row.recurring, "bare"],
          [t("Total"), (row) => row.total, "money"],
        ]}
      />
    </Columns>
  );
}

function monthsOf({ from, to }: { from: string; to: string }): string[] {
  const months: string[] = [];
  for (let m = from; m <= to; m = new Date(Date.parse(`${m}-01`) + 32 * 864e5).toISOString().slice(0, 7)) months.push(m);
  return months;
}

/** By amount, or by count if there are several currencies. */
function Renewals({ of }: { of: Schemas["RenewalReport"] }) {
  const say = (d: Schemas["RenewalDay"]) => [plural(d.count, "renewal"), ...d.amounts.map(show)].join(", ");
  return (
    <Columns
      title={t("Coming renewals")}
      lead={
        <>
          {rich("{renewals} in {data} days: {amounts}", {
            renewals: plural(of.count, "renewal"),
            data: of.data.length,
            amounts: <Amounts values={of.totals} />,
          })}
        </>
      }
      columns={of.data.map((d) => ({ name: dayOf(d.date), parts: [of.totals.length > 1 ? d.count : Number(d.amounts[0]?.amount ?? 0)], say: say(d) }))}
    >
      <Table
        caption={t("Coming renewals")}
        rows={of.data.filter((d) => d.count > 0)}
        columns={[
          [t("Day"), (d) => dayOf(d.date)],
          [t("Renewals"), (d) => d.count, "count"],
          [t("Amount"), (d) => <Amounts values={d.amounts} />, "count"],
        ]}
      />
    </Columns>
  );
}
