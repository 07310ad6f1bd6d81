/** Every order, the newest first. */
import { api, body } from "../api/client";
import { may } from "../model/me";
import { count, moment } from "../model/words";
import { useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Empty, PageHead, State } from "../ui/parts";
import { Table } from "../ui/table";

export function OrdersPage() {
  useTitle("Orders");
  return (
    <div class="page">
      <PageHead title="Orders">
        {may.buy.value && (
          <a class="button" href="/buy">
            Buy many
          </a>
        )}
      </PageHead>
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/orders", { params: { query: { cursor } }, signal }))}
        empty={
          <Empty title="No orders yet" icon="list">
            <p>
              <a class="button primary" href="/numbers">
                Start Purchasing DIDs
              </a>
            </p>
          </Empty>
        }
      >
        {(orders) => (
          <Table
            caption="Your orders, the newest first"
            rows={orders}
            columns={[
              ["Order", (o) => <a href={`/orders/${o.id}`}>{o.number}</a>],
              ["When", (o) => moment(o.created_at)],
              ["Total", (o) => o.total, "money"],
              ["Numbers", (o) => count(o.bought), "count"],
              ["State", (o) => <State of={o.status} />],
            ]}
          />
        )}
      </Pages>
    </div>
  );
}
