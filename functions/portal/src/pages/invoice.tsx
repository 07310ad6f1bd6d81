/** One invoice as it is printed: the customer's own, or for staff the one of the customer `id`. */
import { useRoute } from "../router";
import { api, body, everyPage, type Invoice, type Schemas } from "../api/client";
import { save } from "../model/csv";
import { show } from "../model/money";
import { may } from "../model/me";
import { capital, date, spaced } from "../model/words";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Amount, Failure, FactList, Icon, Number, PageHead, State } from "../ui/parts";
import { PageOf } from "../ui/ready";
import { Table } from "../ui/table";
import { rich, t } from "../language";

/** Reads the invoice with all its lines: it is printed as a whole. */
export async function readInvoice(invoice: string, id: string | undefined, signal: AbortSignal): Promise<Invoice> {
  let last: Invoice | undefined;
  const lines = await everyPage(async (cursor) => {
    last = await readPage(invoice, id, cursor, signal);
    return { data: last.lines, next_cursor: last.next_cursor };
  });
  if (!last) throw new Error(t("the invoice has no page"));
  return { ...last, lines };
}

function readPage(invoice: string, id: string | undefined, cursor: string | undefined, signal: AbortSignal): Promise<Invoice> {
  const query = { limit: 1000, cursor };
  const call = id
    ? api.GET("/v1/customers/{id}/invoices/{invoice}", { params: { path: { id, invoice }, query }, signal })
    : api.GET("/v1/invoices/{invoice}", { params: { path: { invoice }, query }, signal });
  return body<unknown>(call) as Promise<Invoice>; // the type has the page for printing too, which is not asked for
}

/** Downloads a document that was archived when the invoice was issued. */
function Download({ invoice: i, id, as, say }: { invoice: Invoice; id: string | undefined; as: "pdf" | "xml"; say: string }) {
  const pdf = useAction(async () => {
    const header = { Accept: `application/${as}` } as never;
    const call = id
      ? api.GET("/v1/customers/{id}/invoices/{invoice}", { params: { path: { id, invoice: i.id }, header }, parseAs: "blob" })
      : api.GET("/v1/invoices/{invoice}", { params: { path: { invoice: i.id }, header }, parseAs: "blob" });
    save(`${i.number}.${as}`, await body<Blob>(call));
  });
  return (
    <>
      <button type="button" disabled={pdf.busy} onClick={() => void pdf.run()}>
        <Icon name="download" /> {say}
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
    [t("From"), block(i.issuer, i.carrier.name)],
    [t("To"), block(i.billed_to, i.customer.name)],
    [t("Due"), i.due_at && date(i.due_at)],
    [t("Purchase order"), i.purchase_order],
    [t("Period"), i.period],
    ...i.taxes.map((tax): [string, string] => [
      t("Tax {percent} %", { percent: tax.percent }),
      [t("{tax} on {net}", { tax: show(tax.tax), net: show(tax.net) }), untaxed(tax)].filter(Boolean).join("; "),
    ]),
    [t("Rounding of the tax"), i.rounding && show(i.rounding)],
    [t("Credited"), i.credited && show(i.credited)],
    [t("Corrects invoice"), i.corrects && i.corrects.number],
    [t("Reason"), i.corrects && i.corrects.reason],
  ];
  return all.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** The reason for which no tax is charged. */
function untaxed(tax: Invoice["taxes"][number]): string {
  if (tax.treatment === "exempt") return t("exempt: {reason}", { reason: tax.reason });
  return tax.treatment === "taxable" ? "" : t("reverse charge");
}

export function InvoicePage() {
  const { id, invoice = "" } = useRoute().params;
  const found = useLoad((signal) => readInvoice(invoice, id, signal), [invoice, id]);
  useTitle(t("Invoice {invoice}", { invoice }));
  return (
    <PageOf of={found} title={t("Invoice")}>
      {(i) => (
        <>
          <PageHead
            title={`${i.kind === "credit_note" ? t("Credit note") : i.status === "draft" ? t("Draft of invoice") : t("Invoice")} ${i.number ?? i.id}`}
            lead={
              <>
                {rich("{issued_at}. {name} to {name2}. {status}", {
                  issued_at: date(i.issued_at ?? i.at),
                  name: i.carrier.name,
                  name2: i.customer.name,
                  status: <State of={i.status} />,
                })}
              </>
            }
          >
            <a class="button" href={`${id ? `/customers/${id}` : "/account"}?show=invoices`}>
              <Icon name="back" /> {t("All invoices")}
            </a>
            {i.corrects && (
              <a class="button" href={`${id ? `/customers/${id}` : ""}/invoices/${i.corrects.invoice}`}>
                <Icon name="list" /> {t("The invoice")}
              </a>
            )}
            {id && may.pay.value && i.kind !== "credit_note" && i.number && i.status !== "void" && (
              <a class="button" href={`/customers/${id}/invoices/${i.id}/credit`}>
                {t("Credit note")}
              </a>
            )}
            {i.number && <Download invoice={i} id={id} as="pdf" say="PDF" />}
            {i.e_invoice && <Download invoice={i} id={id} as="xml" say={t("E-invoice")} />}
            <button type="button" class="primary" onClick={() => print()}>
              <Icon name="print" /> {t("Print")}
            </button>
          </PageHead>
          <FactList of={facts(i)} />
          <Table
            caption={t("Lines of invoice {id}", { id: i.id })}
            rows={i.lines}
            columns={[
              ["DID", (l) => (l.kind === "credit_note" ? t("An amount") : <Number display={l.display} />)],
              [
                t("What"),
                (l) => (
                  <>
                    {capital(spaced(l.kind))}
                    {l.package && <small> {l.package.name}</small>}
                    {l.credited && <small> {t("credited")}</small>}
                  </>
                ),
              ],
              [t("Period"), (l) => l.period_from && l.period_to && `${date(l.period_from)} – ${date(l.period_to)}`],
              [t("Net"), (l) => l.net, "bare"],
              [t("Tax"), (l) => l.tax, "bare"],
              [t("Gross"), (l) => l.gross, "bare"],
            ]}
            foot={
              <>
                <th scope="row" colSpan={3}>
                  {t("Total")}
                </th>
                <td class="money" data-title={t("Net")}>
                  <Amount value={i.net} bare />
                </td>
                <td class="money" data-title={t("Tax")}>
                  <Amount value={i.tax} bare />
                </td>
                <td class="money" data-title={t("Gross")}>
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
