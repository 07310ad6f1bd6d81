/** One invoice, as it is printed. */
import { useRoute } from "preact-iso";
import { api, body, type Invoice } from "../api/client";
import { capital, date } from "../model/words";
import { useLoad, useTitle } from "../ui/hooks";
import { Amount, Failure, Icon, Number, PageHead, Skeleton, TableBox } from "../ui/parts";

export function InvoicePage() {
  const invoice = useRoute().params.invoice ?? "";
  const found = useLoad((signal) => body(api.GET("/v1/invoices/{invoice}", { params: { path: { invoice } }, signal })) as Promise<Invoice>, [invoice]);
  useTitle(`Invoice ${invoice}`);
  if (found.error) return <div class="page"><PageHead title="Invoice" /><Failure error={found.error} retry={found.reload} /></div>;
  if (!found.data) return <div class="page"><PageHead title="Invoice" /><Skeleton /></div>;
  const i = found.data;
  return (
    <div class="page">
      <PageHead title={`Invoice ${i.id}`} lead={`${date(i.at)}. ${i.carrier.name} to ${i.customer.name}.`}>
        <a class="button" href="/account?show=invoices"><Icon name="back" /> All invoices</a>
        <button type="button" class="primary" onClick={() => print()}><Icon name="print" /> Print</button>
      </PageHead>
      <TableBox caption={`Lines of invoice ${i.id}`}>
        <thead><tr><th scope="col">DID</th><th scope="col">What</th><th scope="col">Period</th><th scope="col" class="money">Net</th><th scope="col" class="money">Tax</th><th scope="col" class="money">Gross</th></tr></thead>
        <tbody>
          {i.lines.map((line, n) => (
            <tr key={n}>
              <th scope="row"><Number display={line.display} /></th>
              <td>{capital(line.kind)}{line.package && <small> {line.package.name}</small>}</td>
              <td>{line.period_from && line.period_to && `${date(line.period_from)} – ${date(line.period_to)}`}</td>
              <td class="money"><Amount value={line.net} bare /></td>
              <td class="money"><Amount value={line.tax} bare /></td>
              <td class="money"><Amount value={line.gross} bare /></td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr><th scope="row" colSpan={3}>Total</th><td class="money"><Amount value={i.net} bare /></td><td class="money"><Amount value={i.tax} bare /></td><td class="money"><Amount value={i.gross} /></td></tr>
        </tfoot>
      </TableBox>
    </div>
  );
}
