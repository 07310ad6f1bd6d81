/** Every order, the newest first. */
import { api, body } from "../api/client";
import { may } from "../model/me";
import { count, moment } from "../model/words";
import { useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Empty, PageHead, State } from "../ui/parts";
import { Table } from "../ui/table";
import { lazy } from "../router";
import { t } from "../language";

const WaitingOrders = lazy(() => import("./buy").then((pages) => pages.WaitingOrders));

export function OrdersPage() {
  useTitle(t("Orders"));
  return (
    <div class="page">
      <PageHead title={t("Orders")}>
        {may.buy.value && (
          <a class="button" href="/buy">
            {t("Buy many")}
          </a>
        )}
      </PageHead>
      {may.approve.value && <WaitingOrders />}
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/orders", { params: { query: { cursor } }, signal }))}
        empty={
          <Empty title={t("No orders yet")} icon="list">
            <p>
              <a class="button primary" href="/numbers">
                {t("Start Purchasing DIDs")}
              </a>
            </p>
          </Empty>
        }
      >
        {(orders) => (
          <Table
            caption={t("Your orders, the newest first")}
            rows={orders}
            columns={[
              [t("Order"), (o) => <a href={`/orders/${o.id}`}>{o.number}</a>],
              [t("When"), (o) => moment(o.created_at)],
              [t("Total"), (o) => (o.status === "awaiting_approval" && o.approval?.total) || o.total, "money"],
              [t("Numbers"), (o) => count(o.bought), "count"],
              [t("State"), (o) => <State of={o.status} />],
            ]}
          />
        )}
      </Pages>
    </div>
  );
}
