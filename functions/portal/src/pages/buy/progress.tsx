/** An order that is worked off step by step: its progress, and then its numbers. */
import { useCallback, useEffect } from "preact/hooks";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { show } from "../../model/money";
import { count, moment, plural } from "../../model/words";
import { useAction } from "../../ui/hooks";
import { Failure, FactList, Icon, PageHead, State } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { OrderLines } from "../../ui/orderlines";
import { Approval, Approved } from "./approval";
import { t } from "../../language";

type Order = Schemas["Order"];

const interval = 1000; // ms between looks at an order that is processing

export function LargeOrder({ order, customer, reload }: { order: Order; customer?: string; reload: () => void }) {
  const waits = order.status === "awaiting_approval";
  const processing = order.status === "processing";
  useEffect(() => {
    if (!processing) return;
    const timer = setInterval(reload, interval);
    return () => clearInterval(timer);
  }, [processing, reload]);
  return (
    <div class="receipt">
      <PageHead
        title={t("Order {number}", { number: order.number })}
        lead={
          <>
            {moment(order.created_at)}, {show((waits && order.approval?.total) || order.total)}. <State of={order.status} />
          </>
        }
      >
        {order.invoice_id && (
          <a class="button" href={customer ? `/customers/${customer}/invoices/${order.invoice_id}` : `/invoices/${order.invoice_id}`}>
            {t("Invoice")}
          </a>
        )}
        {customer ? (
          <a class="button" href={`/customers/${customer}`}>
            {t("Customer")}
          </a>
        ) : (
          <a class={waits ? "button" : "button primary"} href="/dids">
            {t("My DIDs")}
          </a>
        )}
      </PageHead>
      <div role="status">
        {processing && <Progress order={order} />}
        {order.reason && (
          <div class="note bad">
            <Icon name="alert" />
            <p>
              {processing
                ? t("The order is being undone: {detail}. Nothing was charged.", { detail: order.reason.detail })
                : t("The order was rejected: {detail}. Nothing was charged, and every number is free again.", { detail: order.reason.detail })}
            </p>
          </div>
        )}
        <Approved order={order} />
        {waits && <Approval order={order} customer={customer} done={reload} />}
        <Figures order={order} />
      </div>
      {(waits || order.status === "completed") && <Lines id={order.id} customer={customer} />}
    </div>
  );
}

/** The progress, and the way to stop it until the order is paid. */
function Progress({ order }: { order: Order }) {
  const cancel = useAction(
    useCallback(async () => {
      await body(api.POST("/v1/orders/{id}/cancel", { params: { path: { id: order.id } } }));
    }, [order.id]),
  );
  const paid = order.invoice_id !== null;
  const done = paid ? order.bought : order.reserved;
  return (
    <>
      <p>
        {paid
          ? t("Paid: the numbers become yours, {done} of {requested}.", { done, requested: order.requested })
          : t("Reserving the numbers, {done} of {requested}.", { done, requested: order.requested })}
      </p>
      <progress max={order.requested} value={done} aria-label={paid ? t("Numbers that are yours") : t("Numbers reserved")} />
      {!paid && !order.reason && may.buy.value && (
        <p class="buttons">
          <button type="button" disabled={cancel.busy} onClick={() => void cancel.run()}>
            {t("Cancel the order")}
          </button>
        </p>
      )}
      {cancel.error && <Failure error={cancel.error} />}
    </>
  );
}

function Figures({ order }: { order: Order }) {
  return (
    <FactList
      of={[
        ["Ordered", plural(order.requested, "number")],
        ["Reserved", count(order.reserved)],
        ["Bought", count(order.bought)],
        ["Missing", count(order.missing)],
        ["At most", order.max_total ? show(order.max_total) : ""],
        ["Charged", show(order.total)],
      ]}
    />
  );
}

function Lines({ id, customer }: { id: string; customer?: string | undefined }) {
  return (
    <Pages
      load={(cursor, signal) => {
        const query = { cursor, limit: 100 };
        return body(
          customer
            ? api.GET("/v1/customers/{id}/orders/{order}/lines", { params: { path: { id: customer, order: id }, query }, signal })
            : api.GET("/v1/orders/{id}/lines", { params: { path: { id }, query }, signal }),
        );
      }}
      deps={[id]}
      empty={null}
    >
      {(lines) => <OrderLines lines={lines} />}
    </Pages>
  );
}
