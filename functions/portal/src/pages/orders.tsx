import { api, body } from "../api/client";
import { count, moment } from "../model/words";
import { useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Amount, Empty, PageHead, State, TableBox } from "../ui/parts";

export function OrdersPage() {
  useTitle("Orders");
  return (
    <div class="page">
      <PageHead title="Orders" />
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/orders", { params: { query: { cursor } }, signal }))}
        empty={<Empty title="No orders yet" icon="list"><p><a class="button primary" href="/numbers">Start Purchasing DIDs</a></p></Empty>}
      >
        {(orders) => (
          <TableBox caption="Your orders, the newest first">
              <thead><tr><th scope="col">Order</th><th scope="col">When</th><th scope="col" class="money">Numbers</th><th scope="col" class="money">Total</th><th scope="col">State</th></tr></thead>
              <tbody>
                {orders.map((order) => (
                  <tr key={order.id}>
                    <th scope="row"><a href={`/orders/${order.id}`}>{order.number}</a></th>
                    <td>{moment(order.created_at)}</td>
                    <td class="money">{count(order.dids.length)}</td>
                    <td class="money"><Amount value={order.total} /></td>
                    <td><State of={order.status} /></td>
                  </tr>
                ))}
              </tbody>
            </TableBox>
        )}
      </Pages>
    </div>
  );
}
