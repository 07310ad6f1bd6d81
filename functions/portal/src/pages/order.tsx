/** An order; right after checkout, the receipt. */
import { useLocation, useRoute } from "preact-iso";
import { api, body } from "../api/client";
import { country, every, moment, plural } from "../model/words";
import { useLoad, useTitle } from "../ui/hooks";
import { Amount, Failure, Icon, Number, PageHead, Skeleton, State, TableBox } from "../ui/parts";

export function OrderPage() {
  const { params } = useRoute();
  const { query } = useLocation();
  const id = params.id ?? "";
  const order = useLoad((signal) => body(api.GET("/v1/orders/{id}", { params: { path: { id } }, signal })), [id]);
  useTitle(order.data ? `Order ${order.data.number}` : "Order");
  if (order.error) return <div class="page"><PageHead title="Order" /><Failure error={order.error} retry={order.reload} /></div>;
  if (!order.data) return <div class="page"><PageHead title="Order" /><Skeleton /></div>;
  const { number, status, lines, total, created_at } = order.data;
  const placed = "placed" in query;
  return (
    <div class="page receipt">
      <PageHead
        title={placed ? <><mark>{plural(lines.length, "number")}</mark> {lines.length === 1 ? "is" : "are"} yours</> : `Order ${number}`}
        lead={<>{placed && `Order ${number}. `}{moment(created_at)}. <State of={status} /></>}
      >
        <button type="button" onClick={() => print()}><Icon name="print" /> Print</button>
        <a class="button" href={`/invoices/${order.data.invoice_id}`}>Invoice</a>
        <a class="button" href="/numbers">Purchase more</a>
        <a class="button primary" href="/dids">My DIDs</a>
      </PageHead>
      <TableBox caption="Numbers of the order">
          <thead><tr><th scope="col">DID</th><th scope="col">Area</th><th scope="col">Package</th><th scope="col" class="money">Setup cost</th><th scope="col" class="money">Recurring cost</th><th scope="col">Charged</th></tr></thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.did}>
                <th scope="row"><Number display={line.display} /></th>
                <td>{line.area ?? country(line.country)}</td>
                <td>{line.package.name}</td>
                <td class="money"><Amount value={line.setup} bare /></td>
                <td class="money"><Amount value={line.recurring} /></td>
                <td>{every(line.interval)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot><tr><th scope="row" colSpan={4}>Paid</th><td class="money"><Amount value={total} /></td><td /></tr></tfoot>
        </TableBox>
    </div>
  );
}
