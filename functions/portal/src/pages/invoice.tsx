/** One invoice as it is printed: the customer's own, or for staff the one of the customer `id`. */
import { useRoute } from "../router";
import { api, body, everyPage, type Invoice, type Schemas } from "../api/client";
import { save } from "../model/csv";
import { show } from "../model/money";
import { capital, date } from "../model/words";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Amount, Failure, FactList, Icon, Number, PageHead, State } from "../ui/parts";
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

/** Downloads the PDF that was archived when the invoice was issued. */
function Pdf({ invoice: i, id }: { invoice: Invoice; id: string | undefined }) {
  const pdf = useAction(async () => {
    const header = { Accept: "application/pdf" } as never;
    const call = id
      ? api.GET("/v1/customers/{id}/invoices/{invoice}", { params: { path: { id, invoice: i.id }, header }, parseAs: "blob" })
      : api.GET("/v1/invoices/{invoice}", { params: { path: { invoice: i.id }, header }, parseAs: "blob" });
    save(`${i.number}.pdf`, await body<Blob>(call));
  });
  return (
    <>
      <button type="button" disabled={pdf.busy} onClick={() => void pdf.run()}>
        <Icon name="download" /> PDF
      </button>
      {pdf.error && <Failure error={pdf.error} />}
    </>
  );
}

/** What an accountant asks for, as it was when the invoice was issued. */
function facts(i: Invoice): [string, string][] {
  const block = (p: Schemas["Party"] | null, name: string) =>
    p && [p.legal_name ?? name, p.address.street, p.address.postal_code, p.address.city, p.address.country, p.tax_id].filter(Boolean).join(", ");
  const all: [string, string | null][] = [
    ["From", block(i.issuer, i.carrier.name)],
    ["To", block(i.billed_to, i.customer.name)],
    ["Due", i.due_at && date(i.due_at)],
    ["Purchase order", i.purchase_order],
    ["Period", i.period],
    ...i.taxes.map((t): [string, string] => [
      `Tax ${t.percent} %`,
      `${show(t.tax)} on ${show(t.net)}${t.treatment === "taxable" ? "" : `; ${t.treatment === "exempt" ? `exempt: ${t.reason}` : "reverse charge"}`}`,
    ]),
    ["Rounding of the tax", i.rounding && show(i.rounding)],
    ["Credited", i.credited && show(i.credited)],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== null);
}

export function InvoicePage() {
  const { id, invoice = "" } = useRoute().params;
  const found = useLoad((signal) => read(invoice, id, signal), [invoice, id]);
  useTitle(`Invoice ${invoice}`);
  return (
    <PageOf of={found} title="Invoice">
      {(i) => (
        <>
          <PageHead
            title={`${i.status === "draft" ? "Draft of invoice" : "Invoice"} ${i.number ?? i.id}`}
            lead={
              <>
                {date(i.issued_at ?? i.at)}. {i.carrier.name} to {i.customer.name}. <State of={i.status} />
              </>
            }
          >
            <a class="button" href={`${id ? `/customers/${id}` : "/account"}?show=invoices`}>
              <Icon name="back" /> All invoices
            </a>
            {i.number && <Pdf invoice={i} id={id} />}
            <button type="button" class="primary" onClick={() => print()}>
              <Icon name="print" /> Print
            </button>
          </PageHead>
          <FactList of={facts(i)} />
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
