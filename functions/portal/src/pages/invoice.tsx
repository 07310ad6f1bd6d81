/** One invoice as it is printed: the customer's own, or for staff the one of the customer `id`. */
import { useRoute } from "../router";
import { api, body, everyPage, type Invoice } from "../api/client";
import { capital, date } from "../model/words";
import { useLoad, useTitle } from "../ui/hooks";
import { Amount, Icon, Number, PageHead } from "../ui/parts";
import { PageOf } from "../ui/ready";
import { Table } from "../ui/table";

/** Reads the invoice with all its lines: it is printed as a whole. */
async function read(invoice: string, id: string | undefined, signal: AbortSignal): Promise<Invoice> {
  let last: Invoice | undefined;
  const lines = await everyPage(async (cursor) => {
    last = await readPage(invoice, id, cursor, signal);
    return { data: last.lines, next_cursor: last.next_cursor };
  });
  if (!last) throw new Error("the invoice has no page");
  return { ...last, lines };
}

function readPage(invoice: string, id: string | undefined, cursor: string | undefined, signal: AbortSignal): Promise<Invoice> {
  const query = { limit: 1000, cursor };
  const call = id
    ? api.GET("/v1/customers/{id}/invoices/{invoice}", { params: { path: { id, invoice }, query }, signal })
    : api.GET("/v1/invoices/{invoice}", { params: { path: { invoice }, query }, signal });
  return body<unknown>(call) as Promise<Invoice>; // the type has the page for printing too, which is not asked for
}

export function InvoicePage() {
  const { id, invoice = "" } = useRoute().params;
  const found = useLoad((signal) => read(invoice, id, signal), [invoice, id]);
  useTitle(`Invoice ${invoice}`);
  return (
    <PageOf of={found} title="Invoice">
      {(i) => (
        <>
          <PageHead title={`Invoice ${i.id}`} lead={`${date(i.at)}. ${i.carrier.name} to ${i.customer.name}.`}>
            <a class="button" href={`${id ? `/customers/${id}` : "/account"}?show=invoices`}>
              <Icon name="back" /> All invoices
            </a>
            <button type="button" class="primary" onClick={() => print()}>
              <Icon name="print" /> Print
            </button>
          </PageHead>
          <Table
            caption={`Lines of invoice ${i.id}`}
            rows={i.lines}
            columns={[
              ["DID", (l) => <Number display={l.display} />],
              [
                "What",
                (l) => (
                  <>
                    {capital(l.kind)}
                    {l.package && <small> {l.package.name}</small>}
                  </>
                ),
              ],
              ["Period", (l) => l.period_from && l.period_to && `${date(l.period_from)} – ${date(l.period_to)}`],
              ["Net", (l) => l.net, "bare"],
              ["Tax", (l) => l.tax, "bare"],
              ["Gross", (l) => l.gross, "bare"],
            ]}
            foot={
              <>
                <th scope="row" colSpan={3}>
                  Total
                </th>
                <td class="money" data-title="Net">
                  <Amount value={i.net} bare />
                </td>
                <td class="money" data-title="Tax">
                  <Amount value={i.tax} bare />
                </td>
                <td class="money" data-title="Gross">
                  <Amount value={i.gross} />
                </td>
              </>
            }
          />
        </>
      )}
    </PageOf>
  );
}
