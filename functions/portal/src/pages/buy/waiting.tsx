/** The orders that wait for an approval: the company's own, or for staff a customer's. */
import { useState } from "preact/hooks";
import { api, body } from "../../api/client";
import { count, moment } from "../../model/words";
import { Pages } from "../../ui/pages";
import { Amount } from "../../ui/parts";
import { Table } from "../../ui/table";
import { Decision, nameOf } from "./approval";
import { t } from "../../language";

export function WaitingOrders({ customer }: { customer?: string }) {
  const [round, setRound] = useState(0);
  const path = customer ? `/customers/${customer}/orders` : "/orders";
  return (
    <Pages load={(cursor, signal) => body(api.GET("/v1/approvals", { params: { query: { cursor, customer } }, signal }))} deps={[customer, round]} empty={null}>
      {(orders) => (
        <section class="waiting" aria-label={t("Waiting for an approval")}>
          <h2>{t("Waiting for an approval")}</h2>
          <Table
            caption={t("Orders that wait for an approval")}
            rows={orders}
            columns={[
              [t("Order"), (o) => <a href={`${path}/${o.id}`}>{o.number}</a>],
              [t("Asked by"), (o) => nameOf(o.ordered_by)],
              [t("Numbers"), (o) => count(o.reserved), "count"],
              [t("Total"), (o) => o.approval?.total && <Amount value={o.approval.total} />, "count"],
              [t("Until"), (o) => o.approval?.deadline && moment(o.approval.deadline)],
              [t("Decision"), (o) => <Decision order={o} customer={customer} done={() => setRound((n) => n + 1)} />],
            ]}
          />
        </section>
      )}
    </Pages>
  );
}
