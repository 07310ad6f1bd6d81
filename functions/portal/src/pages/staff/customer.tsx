/** One customer as staff see it: money, numbers, books. */
import { useRef, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { api, ApiError, body, everyPage, type Money, type Rental, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { isNegative, isZero, show } from "../../model/money";
import { date, every, plural } from "../../model/words";
import { Invoices, Ledger } from "../../ui/books";
import { decimal, Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, Icon, Number, PageHead, State, Tabs } from "../../ui/parts";
import { PageOf, Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { Ask } from "./ask";

export function CustomerPage() {
  const id = useRoute().params.id ?? "";
  const { query } = useLocation();
  const customer = useLoad((signal) => body(api.GET("/v1/customers/{id}", { params: { path: { id } }, signal })), [id]);
  useTitle(customer.data?.name ?? "Customer");
  return (
    <PageOf of={customer} title="Customer">
      {(c) => (
        <>
          <PageHead title={c.name} lead={<>{c.id} <State of={c.status} /></>}>
            <a class="button" href="/customers"><Icon name="back" /> All customers</a>
            {may.pay.value && <Terms customer={c} done={customer.reload} />}
            {may.pay.value && <Booking customer={c} done={customer.reload} label="Refund or correct" kinds={corrections} />}
            {may.allocate.value && <Allocate customer={c} done={customer.reload} />}
            {may.pay.value && <Booking customer={c} done={customer.reload} label="Take a payment" kinds={payments} />}
          </PageHead>
          <dl class="figures">
            <div><dt>Balance</dt><dd class={isNegative(c.balance) ? "short" : ""}><Amount value={c.balance} /></dd></div>
            <div><dt>Credit limit</dt><dd><Amount value={c.credit_limit} /></dd></div>
            <div><dt>To spend</dt><dd><Amount value={c.available} /></dd></div>
            {!isZero({ amount: c.tax_percent, currency: "" }) && <div><dt>Tax</dt><dd>{c.tax_percent} %</dd></div>}
          </dl>
          <Tabs label="Books" at={query.show ?? ""} tabs={[["", "DIDs"], ["ledger", "Ledger"], ["invoices", "Invoices"]]} />
          <Books key={c.balance.amount} id={id} show={query.show} />
        </>
      )}
    </PageOf>
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

type Kinds = [path: "payments" | "refunds" | "adjustments", say: string][];
const payments: Kinds = [["payments", "Payment"]];
const corrections: Kinds = [["refunds", "Refund: money that is given back"], ["adjustments", "Correction: plus is what the customer gets"]];

/** Money that came in, is given back or corrects. The reference makes what is sent twice count once. */
function Booking({ customer, done, label, kinds }: Props & { label: string; kinds: Kinds }) {
  const currency = customer.balance.currency;
  const isPayment = kinds === payments;
  return (
    <FormDialog
      label={label} title={`${label}: ${customer.name}`} yes="Book it" primary={isPayment}
      send={async (v) => {
        const receipt = await body(api.POST(`/v1/customers/{id}/${(v.kind ?? "payments") as "payments"}`, {
          params: { path: { id: customer.id } },
          body: { amount: { amount: v.amount ?? "", currency }, reference: v.reference ?? "", note: v.note || undefined },
        }));
        tell(`${show(receipt.amount)} booked. The balance is ${show(receipt.balance_after)}.`);
        done();
      }}
    >
      {!isPayment && <Field name="kind" label="What" options={kinds} />}
      <Field name="amount" label={`Amount in ${currency}`} placeholder="100.00" pattern={decimal} required />
      <Field name="reference" label="Reference" hint={isPayment ? "Of the bank or the payment provider. The same reference is booked once." : "Such as the ticket’s. The same reference is booked once."} required />
      <Field name="note" label={isPayment ? "Note" : "Why; the customer reads it"} required={!isPayment} />
    </FormDialog>
  );
}

/** Rents numbers to the customer: first it asks for today's total, which is then confirmed. */
function Allocate({ customer, done }: Props) {
  const [total, setTotal] = useState<Money>();
  const key = useRef("");
  return (
    <FormDialog
      label="Rent numbers out" title={`Rent numbers to ${customer.name}`} yes={total ? `Rent for ${show(total)}` : "Show the price"}
      changed={() => setTotal(undefined)}
      send={async (v) => {
        const dids = (v.dids ?? "").split(/[\n,;]+/).filter((did) => did.trim());
        try {
          const order = await body(api.POST("/v1/customers/{id}/dids", {
            params: { path: { id: customer.id }, header: { "Idempotency-Key": key.current || "price" } },
            body: { dids, total: total ?? { amount: "-1", currency: customer.balance.currency } }, // which no order costs
          }));
          tell(`Order ${order.number}: ${plural(order.dids.length, "DID")} for ${show(order.total)}.`);
          setTotal(undefined);
          done();
        } catch (error) {
          if (!(error instanceof ApiError) || error.code !== "total_changed") throw error;
          setTotal(error.problem.total);
          key.current = crypto.randomUUID();
          if (!total) return false;
          throw error;
        }
      }}
    >
      <Field name="dids" label="Numbers" lines={4} placeholder="+44 20 7946 0000" hint="One in a line, or with commas; at most 90." required />
    </FormDialog>
  );
}

function Terms({ customer, done }: Props) {
  const currency = customer.balance.currency;
  return (
    <FormDialog
      label="Terms" title={`Terms of ${customer.name}`} yes="Save"
      send={async (v) => {
        await body(api.PATCH("/v1/customers/{id}", {
          params: { path: { id: customer.id } },
          body: {
            credit_limit: { amount: v.limit ?? "0", currency }, tax_percent: v.tax || "0",
            ...(may.price.value && { name: v.name, status: v.status as "active" }),
          },
        }));
        tell("Saved.");
        done();
      }}
    >
      {may.price.value && <Field name="name" label="Name" value={customer.name} required />}
      {may.price.value && <Field name="status" label="Account" value={customer.status} options={[["active", "Open"], ["closed", "Closed: it buys and pays nothing, what it rents runs out"]]} />}
      <Field name="limit" label={`Credit limit in ${currency}`} value={customer.credit_limit.amount} pattern={decimal} hint="How far below zero the balance may go." required />
      <Field name="tax" label="Tax, in percent" value={customer.tax_percent} pattern={decimal} />
    </FormDialog>
  );
}

function Dids({ id }: { id: string }) {
  const dids = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/customers/{id}/dids", { params: { path: { id }, query: { limit: 200, cursor } }, signal }))), [id]);
  const columns: TableColumn<Rental>[] = [
    ["DID", (r) => <a class="plain" href={`/inventory/${r.did}`}><Number display={r.display} /></a>],
    ["Label", (r) => r.label],
    ["State", (r) => <State of={r.state} />],
    ["Recurring cost", (r) => r.recurring, "money"],
    ["Charged", (r) => every(r.interval)],
    ["Next charge", (r) => (r.next_charge ? date(r.next_charge.at) : <span class="quiet">none</span>)],
  ];
  if (may.withhold.value) columns.push(["Change", (r) => <Change id={id} rental={r} done={dids.reload} />]);
  return <Ready of={dids}>{(list) => (list.length ? <Table caption="DIDs of the customer" rows={list} columns={columns} /> : <Empty title="No number is rented" />)}</Ready>;
}

/** Cancels a rental, or takes that back, as the customer could. */
function Change({ id, rental, done }: { id: string; rental: Rental; done: () => void }) {
  const params = { path: { id, did: rental.did } };
  const ends = rental.state === "pending_release";
  if (!ends && !["active", "past_due", "suspended"].includes(rental.state)) return null;
  return (
    <Ask
      label={ends ? "Restore" : "Cancel"} title={`${ends ? "Restore" : "Cancel"} ${rental.display}?`} danger={!ends}
      run={async () => {
        const after = await body(ends ? api.POST("/v1/customers/{id}/dids/{did}/restore", { params }) : api.DELETE("/v1/customers/{id}/dids/{did}", { params }));
        tell(`${after.display}: ${ends ? "it goes on" : after.state === "aging" ? "it is given back" : `it ends on ${date(after.period_end)}`}.`);
        done();
      }}
    >
      <p>{ends ? "The rental goes on as if it had not been cancelled." : rental.state === "active" ? `It stays the customer’s until ${date(rental.period_end)}, and is charged no more.` : "What is unpaid ends at once."}</p>
    </Ask>
  );
}
