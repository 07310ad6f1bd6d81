/** The rentals of a customer without a call for some time, and their cost of a year. */
import { api, body, type Schemas } from "../api/client";
import { sum } from "../model/money";
import { date } from "../model/words";
import { useLocation } from "../router";
import { useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Amounts, Empty, Number, PageHead, Recurring, Tabs } from "../ui/parts";
import { Table, type TableColumn } from "../ui/table";

const spans = ["30", "90", "180", "365"] as const;

export function IdlePage() {
  useTitle("Idle DIDs");
  const { query } = useLocation();
  const days = spans.find((span) => span === query.show) ?? "90";
  return (
    <div class="page">
      <PageHead title="Idle DIDs" lead="Numbers in service that had no call, as your carrier’s switches report.">
        <a class="button" href="/dids">
          My DIDs
        </a>
      </PageHead>
      <Tabs label="Without a call for" at={days} tabs={spans.map((span) => [span, `${span} days`] as const)} />
      <Pages
        key={days}
        load={(cursor, signal) =>
          body(api.GET("/v1/account/idle-dids", { params: { query: { idle_days: globalThis.Number(days), limit: 200, cursor } }, signal }))
        }
        empty={
          <Empty title="No idle numbers" icon="number">
            <p>Each number in service was called in the last {days} days, or is newer.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            caption="Idle numbers"
            rows={rows}
            columns={columns}
            foot={
              <>
                <th scope="row" colSpan={4}>
                  The shown numbers, a year
                </th>
                <td class="money">
                  <Amounts values={sum(rows.map((row) => row.yearly_cost))} />
                </td>
              </>
            }
          />
        )}
      </Pages>
    </div>
  );
}

const columns: TableColumn<Schemas["IdleDID"]>[] = [
  [
    "Number",
    (row) => (
      <a href={`/dids/${row.did}`}>
        <Number display={row.display} />
      </a>
    ),
  ],
  ["Label", (row) => row.label],
  ["No call since", (row) => date(row.idle_since)],
  ["Price", (row) => <Recurring of={row} />],
  ["A year", (row) => row.yearly_cost, "money"],
];
