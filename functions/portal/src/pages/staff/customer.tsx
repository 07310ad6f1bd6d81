/** One customer as staff see it: money, numbers, books. */
import { useLocation, useRoute } from "preact-iso";
import { api, body, everyPage, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { isNegative, isZero, show } from "../../model/money";
import { date, every } from "../../model/words";
import { Invoices, Ledger } from "../../ui/books";
import { decimal, Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, Failure, Icon, Number, PageHead, Skeleton, State, TableBox, Tabs } from "../../ui/parts";
import { tell } from "../../ui/toast";

export function CustomerPage() {
  const id = useRoute().params.id ?? "";
  const { query } = useLocation();
  const customer = useLoad((signal) => body(api.GET("/v1/customers/{id}", { params: { path: { id } }, signal })), [id]);
  useTitle(customer.data?.name ?? "Customer");
  if (customer.error) return <div class="page"><PageHead title="Customer" /><Failure error={customer.error} retry={customer.reload} /></div>;
  if (!customer.data) return <div class="page"><PageHead title="Customer" /><Skeleton /></div>;
  const c = customer.data;
  return (
    <div class="page">
      <PageHead title={c.name} lead={<>{c.id} <State of={c.status} /></>}>
        <a class="button" href="/customers"><Icon name="back" /> All customers</a>
        {may.pay.value && <Terms customer={c} done={customer.reload} />}
        {may.pay.value && <Payment customer={c} done={customer.reload} />}
      </PageHead>
      <dl class="figures">
        <div><dt>Balance</dt><dd class={isNegative(c.balance) ? "short" : ""}><Amount value={c.balance} /></dd></div>
        <div><dt>Credit limit</dt><dd><Amount value={c.credit_limit} /></dd></div>
        <div><dt>To spend</dt><dd><Amount value={c.available} /></dd></div>
        {!isZero({ amount: c.tax_percent, currency: "" }) && <div><dt>Tax</dt><dd>{c.tax_percent} %</dd></div>}
      </dl>
      <Tabs label="Books" at={query.show ?? ""} tabs={[["", "DIDs"], ["ledger", "Ledger"], ["invoices", "Invoices"]]} />
      <Books key={c.balance.amount} id={id} show={query.show} />
    </div>
  );
}

function Books({ id, show }: { id: string; show: string | undefined }) {
  const path = { id };
  switch (show) {
    case "ledger":
      return <Ledger about={(entry) => entry.note} load={(cursor, signal) => body(api.GET("/v1/customers/{id}/ledger", { params: { path, query: { cursor } }, signal }))} />;
    case "invoices":
      return <Invoices path={`/customers/${id}/invoices`} load={(cursor, signal) => body(api.GET("/v1/customers/{id}/invoices", { params: { path, query: { cursor } }, signal }))} />;
    default:
      return <Dids id={id} />;
  }
}

interface Props {
  customer: Schemas["Customer"];
  done: () => void;
}

/** The reference makes a payment that is sent twice count once. */
function Payment({ customer, done }: Props) {
  return (
    <FormDialog
      label="Take a payment" title={`A payment of ${customer.name}`} yes="Book it" primary
      send={async (v) => {
        const receipt = await body(api.POST("/v1/customers/{id}/payments", {
          params: { path: { id: customer.id } },
          body: { amount: { amount: v.amount ?? "", currency: customer.balance.currency }, reference: v.reference ?? "", note: v.note || undefined },
        }));
        tell(`${show(receipt.amount)} booked. The balance is ${show(receipt.balance_after)}.`);
        done();
      }}
    >
      <Field name="amount" label={`Amount in ${customer.balance.currency}`} placeholder="100.00" pattern={decimal} required />
      <Field name="reference" label="Reference" hint="Of the bank or the payment provider. The same reference is booked once." required />
      <Field name="note" label="Note" />
    </FormDialog>
  );
}

function Terms({ customer, done }: Props) {
  return (
    <FormDialog
      label="Credit and tax" title={`Terms of ${customer.name}`} yes="Save"
      send={async (v) => {
        await body(api.PATCH("/v1/customers/{id}", {
          params: { path: { id: customer.id } },
          body: { credit_limit: { amount: v.limit ?? "0", currency: customer.balance.currency }, tax_percent: v.tax || "0" },
        }));
        tell("Saved.");
        done();
      }}
    >
      <Field name="limit" label={`Credit limit in ${customer.balance.currency}`} value={customer.credit_limit.amount} pattern={decimal} hint="How far below zero the balance may go." required />
      <Field name="tax" label="Tax, in percent" value={customer.tax_percent} pattern={decimal} />
    </FormDialog>
  );
}

function Dids({ id }: { id: string }) {
  const dids = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/customers/{id}/dids", { params: { path: { id }, query: { limit: 200, cursor } }, signal }))), [id]);
  if (dids.error) return <Failure error={dids.error} retry={dids.reload} />;
  if (!dids.data) return <Skeleton />;
  if (dids.data.length === 0) return <Empty title="No number is rented" />;
  return (
    <TableBox caption="DIDs of the customer">
      <thead><tr><th scope="col">DID</th><th scope="col">Label</th><th scope="col">State</th><th scope="col" class="money">Recurring cost</th><th scope="col">Charged</th><th scope="col">Next charge</th></tr></thead>
      <tbody>
        {dids.data.map((r) => (
          <tr key={r.did}>
            <th scope="row"><a class="plain" href={`/inventory/${r.did}`}><Number display={r.display} /></a></th>
            <td>{r.label}</td>
            <td><State of={r.state} /></td>
            <td class="money"><Amount value={r.recurring} /></td>
            <td>{every(r.interval)}</td>
            <td>{r.next_charge ? date(r.next_charge.at) : <span class="quiet">none</span>}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
