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

type Order = Schemas["Order"];

const interval = 1000; // ms between looks at an order that is processing

export function LargeOrder({ order, reload }: { order: Order; reload: () => void }) {
  const processing = order.status === "processing";
  useEffect(() => {
    if (!processing) return;
    const timer = setInterval(reload, interval);
    return () => clearInterval(timer);
  }, [processing, reload]);
  return (
    <div class="receipt">
      <PageHead
        title={`Order ${order.number}`}
        lead={
          <>
            {moment(order.created_at)}, {show(order.total)}. <State of={order.status} />
          </>
        }
      >
        {order.invoice_id && (
          <a class="button" href={`/invoices/${order.invoice_id}`}>
            Invoice
          </a>
        )}
        <a class="button primary" href="/dids">
          My DIDs
        </a>
      </PageHead>
      <div role="status">
        {processing && <Progress order={order} />}
        {order.reason && (
          <div class="note bad">
            <Icon name="alert" />
            <p>
              {processing ? "The order is being undone" : "The order was rejected"}: {order.reason.detail}. Nothing was charged
              {processing ? "." : ", and every number is free again."}
            </p>
          </div>
        )}
        <Figures order={order} />
      </div>
      {order.status === "completed" && <Lines id={order.id} />}
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
        {paid ? "Paid: the numbers become yours" : "Reserving the numbers"}, {count(done)} of {count(order.requested)}.
      </p>
      <progress max={order.requested} value={done} aria-label={paid ? "Numbers that are yours" : "Numbers reserved"} />
      {!paid && !order.reason && may.buy.value && (
        <p class="buttons">
          <button type="button" disabled={cancel.busy} onClick={() => void cancel.run()}>
            Cancel the order
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

function Lines({ id }: { id: string }) {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/orders/{id}/lines", { params: { path: { id }, query: { cursor, limit: 100 } }, signal }))}
      deps={[id]}
      empty={null}
    >
      {(lines) => <OrderLines lines={lines} />}
    </Pages>
  );
}
