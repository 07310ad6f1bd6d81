/** The rentals of a customer without a call for some time, and their cost of a year. */
import { api, body, type Schemas } from "../api/client";
import { sum } from "../model/money";
import { date } from "../model/words";
import { useLocation } from "../router";
import { useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Amounts, Empty, Number, PageHead, Recurring, Tabs } from "../ui/parts";
import { Table, type TableColumn } from "../ui/table";
import { t } from "../language";

const spans = ["30", "90", "180", "365"] as const;

export function IdlePage() {
  useTitle(t("Idle DIDs"));
  const { query } = useLocation();
  const days = spans.find((span) => span === query.show) ?? "90";
  return (
    <div class="page">
      <PageHead title={t("Idle DIDs")} lead={t("Numbers in service that had no call, as your carrier’s switches report.")}>
        <a class="button" href="/dids">
          {t("My DIDs")}
        </a>
      </PageHead>
      <Tabs label={t("Without a call for")} at={days} tabs={spans.map((span) => [span, t("{span} days", { span })] as const)} />
      <Pages
        key={days}
        load={(cursor, signal) =>
          body(api.GET("/v1/account/idle-dids", { params: { query: { idle_days: globalThis.Number(days), limit: 200, cursor } }, signal }))
        }
        empty={
          <Empty title={t("No idle numbers")} icon="number">
            <p>{t("Each number in service was called in the last {days} days, or is newer.", { days })}</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            caption={t("Idle numbers")}
            rows={rows}
            columns={columns}
            foot={
              <>
                <th scope="row" colSpan={4}>
                  {t("The shown numbers, a year")}
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
    t("Number"),
    (row) => (
      <a href={`/dids/${row.did}`}>
        <Number display={row.display} />
      </a>
    ),
  ],
  [t("Label"), (row) => row.label],
  [t("No call since"), (row) => date(row.idle_since)],
  [t("Price"), (row) => <Recurring of={row} />],
  [t("A year"), (row) => row.yearly_cost, "money"],
];
