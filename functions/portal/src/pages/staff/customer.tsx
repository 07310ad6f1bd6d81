/** One customer for staff: money, numbers, ledger and invoices. */
import { useState } from "preact/hooks";
import { lazy, useLocation, useRoute } from "../../router";
import { api, body, type Rental, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { isNegative, isZero, show } from "../../model/money";
import { date, moment } from "../../model/words";
import { Invoices, Ledger } from "../../ui/books";
import { decimal, Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, Icon, Number, PageHead, Recurring, State, Tabs } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { PageOf } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { Ask } from "../../ui/ask";
import { Allocate } from "./allocate";
import { t } from "../../language";

const WaitingOrders = lazy(() => import("../buy").then((pages) => pages.WaitingOrders));

export function CustomerPage() {
  const id = useRoute().params.id ?? "";
  const { query } = useLocation();
  const customer = useLoad((signal) => body(api.GET("/v1/customers/{id}", { params: { path: { id } }, signal })), [id]);
  useTitle(customer.data?.name ?? t("Customer"));
  return (
    <PageOf of={customer} title={t("Customer")}>
      {(c) => (
        <>
          <PageHead
            title={c.name}
            lead={
              <>
                {c.id} <State of={c.status} />
              </>
            }
          >
            <a class="button" href="/customers">
              <Icon name="back" /> {t("All customers")}
            </a>
            <a class="button" href={`/customers/${id}/billing`}>
              {t("Billing details")}
            </a>
            {may.pay.value && <Terms customer={c} done={customer.reload} />}
            {may.pay.value && <Booking customer={c} done={customer.reload} label={t("Refund or correct")} kinds={corrections} />}
            {may.allocate.value && <Allocate customer={c} done={customer.reload} />}
            {may.pay.value && <Booking customer={c} done={customer.reload} label={t("Record payment")} kinds={payments} />}
          </PageHead>
          <dl class="figures">
            <div>
              <dt>{t("Balance")}</dt>
              <dd class={isNegative(c.balance) ? "short" : ""}>
                <Amount value={c.balance} />
              </dd>
            </div>
            <div>
              <dt>{t("Credit limit")}</dt>
              <dd>
                <Amount value={c.credit_limit} />
              </dd>
            </div>
            {c.purchasing.mode !== "allowed" && (
              <div>
                <dt>{t("Purchases")}</dt>
                <dd>{c.purchasing.mode === "search_only" ? t("Search only") : t("Need an approval")}</dd>
              </div>
            )}
            {c.purchasing.mode === "needs_approval" && c.purchasing.approval_above && (
              <div>
                <dt>{t("Without an approval, at most")}</dt>
                <dd>
                  <Amount value={c.purchasing.approval_above} />
                </dd>
              </div>
            )}
            {c.purchasing.monthly_limit && (
              <div>
                <dt>{t("Own orders a month, at most")}</dt>
                <dd>
                  <Amount value={c.purchasing.monthly_limit} />
                </dd>
              </div>
            )}
            <div>
              <dt>{t("Available balance")}</dt>
              <dd>
                <Amount value={c.available} />
              </dd>
            </div>
            {!isZero({ amount: c.tax_percent, currency: "" }) && (
              <div>
                <dt>{t("Tax")}</dt>
                <dd>{c.tax_percent} %</dd>
              </div>
            )}
          </dl>
          <WaitingOrders customer={id} />
          <Tabs
            label={t("Books")}
            at={query.show ?? ""}
            tabs={[
              ["", "DIDs"],
              ["ledger", t("Ledger")],
              ["invoices", t("Invoices")],
            ]}
          />
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
      return (
        <Ledger
          about={(entry) => entry.note}
          load={(cursor, signal) => body(api.GET("/v1/customers/{id}/ledger", { params: { path, query: { cursor } }, signal }))}
        />
      );
    case "invoices":
      return (
        <Invoices
          path={`/customers/${id}/invoices`}
          load={(cursor, signal) => body(api.GET("/v1/customers/{id}/invoices", { params: { path, query: { cursor } }, signal }))}
        />
      );
    default:
      return <Dids id={id} />;
  }
}

interface Props {
  customer: Schemas["Customer"];
  done: () => void;
}

type Kinds = [path: "payments" | "refunds" | "adjustments", say: string][];
const payments: Kinds = [["payments", t("Payment")]];
const corrections: Kinds = [
  ["refunds", t("Refund: money paid back")],
  ["adjustments", t("Correction: a positive amount is added to the balance")],
];

/** Records a payment, refund or correction. The reference prevents that one is recorded twice. */
function Booking({ customer, done, label, kinds }: Props & { label: string; kinds: Kinds }) {
  const currency = customer.balance.currency;
  const isPayment = kinds === payments;
  return (
    <FormDialog
      label={label}
      title={`${label}: ${customer.name}`}
      yes={t("Record")}
      primary={isPayment}
      send={async (v) => {
        const path = { id: customer.id };
        const before = await body(api.GET("/v1/customers/{id}/ledger", { params: { path, query: { limit: 1 } } }));
        const receipt = await body(
          api.POST(`/v1/customers/{id}/${(v.kind ?? "payments") as "payments"}`, {
            params: { path },
            body: { amount: { amount: v.amount ?? "", currency }, reference: v.reference ?? "", note: v.note || undefined },
          }),
        );
        const recorded = receipt.seq > (before.data[0]?.seq ?? 0);
        if (recorded)
          tell(t("{amount} recorded. The balance is {balance_after}.", { amount: show(receipt.amount), balance_after: show(receipt.balance_after) }));
        else
          tell(
            t("Nothing was added: the reference {reference} was recorded on {at} already, with {amount}.", {
              reference: receipt.reference,
              at: moment(receipt.at),
              amount: show(receipt.amount),
            }),
            "bad",
          );
        done();
      }}
    >
      {!isPayment && <Field name="kind" label={t("Kind")} options={kinds} />}
      <Field name="amount" label={t("Amount in {currency}", { currency })} placeholder="100.00" pattern={decimal} required />
      <Field
        name="reference"
        label={t("Reference")}
        hint={
          isPayment
            ? t("From the bank or the payment provider. A reference is recorded only once.")
            : t("For example a ticket number. A reference is recorded only once.")
        }
        required
      />
      <Field name="note" label={isPayment ? t("Note") : t("Reason; the customer reads it")} required={!isPayment} />
    </FormDialog>
  );
}

function Terms({ customer, done }: Props) {
  const currency = customer.balance.currency;
  return (
    <FormDialog
      label={t("Edit account")}
      title={t("Account of {name}", { name: customer.name })}
      yes={t("Save")}
      send={async (v) => {
        await body(
          api.PATCH("/v1/customers/{id}", {
            params: { path: { id: customer.id } },
            body: {
              credit_limit: { amount: v.limit ?? "0", currency },
              tax_percent: v.tax || "0",
              tax_treatment: v.treatment as "taxable",
              tax_reason: v.reason || null,
              invoicing: v.invoicing || null,
              purchasing: {
                mode: v.purchasing as "allowed",
                monthly_limit: v.monthly ? { amount: v.monthly, currency } : null,
                approval_above: v.above ? { amount: v.above, currency } : null,
              },
              ...(may.price.value && { name: v.name, status: v.status as "active" }),
            },
          }),
        );
        tell(t("Saved."));
        done();
      }}
    >
      {may.price.value && <Field name="name" label={t("Name")} value={customer.name} required />}
      {may.price.value && (
        <Field
          name="status"
          label={t("Account")}
          value={customer.status}
          options={[
            ["active", t("Open")],
            ["closed", t("Closed: no purchases or renewals; rentals run out")],
          ]}
        />
      )}
      <Field
        name="limit"
        label={t("Credit limit in {currency}", { currency })}
        value={customer.credit_limit.amount}
        pattern={decimal}
        hint={t("The balance may fall to this amount below zero.")}
        required
      />
      <Field name="tax" label={t("Tax, in percent")} value={customer.tax_percent} pattern={decimal} />
      <Field
        name="treatment"
        label={t("Charges are")}
        value={customer.tax_treatment}
        options={[
          ["taxable", t("Taxed by this rate")],
          ["reverse_charge", t("Reverse charge: the customer owes the tax")],
          ["exempt", t("Exempt")],
        ]}
      />
      <Field name="reason" label={t("Reason of the exemption")} value={customer.tax_reason ?? ""} maxLength={200} hint={t("Printed on invoices.")} />
      <Field
        name="invoicing"
        label={t("One invoice for")}
        value={customer.invoicing ?? ""}
        options={[
          ["", t("As the settings say")],
          ["monthly", t("All charges of a month")],
          ["per_charge", t("Each order, and each day with renewals")],
        ]}
      />
      <Field
        name="purchasing"
        label={t("Purchases")}
        value={customer.purchasing.mode}
        options={[
          ["allowed", t("Allowed")],
          ["needs_approval", t("Orders wait for an approval by an owner or by you")],
          ["search_only", t("Search only: the customer can't hold or buy")],
        ]}
      />
      <Field
        name="above"
        label={t("No approval up to, in {currency}", { currency })}
        value={customer.purchasing.approval_above?.amount}
        pattern={decimal}
        hint={t("The total of an order, with tax. Empty: every order needs one.")}
      />
      <Field
        name="monthly"
        label={t("Limit of own orders a month in {currency}", { currency })}
        value={customer.purchasing.monthly_limit?.amount}
        pattern={decimal}
        hint={t("With tax. Renewals and numbers that you assign do not count. Empty: no limit.")}
      />
    </FormDialog>
  );
}

function Dids({ id }: { id: string }) {
  const [round, setRound] = useState(0);
  const reload = () => setRound((n) => n + 1);
  const columns: TableColumn<Rental>[] = [
    [
      "DID",
      (r) => (
        <a class="plain" href={`/inventory/${r.did}`}>
          <Number display={r.display} />
        </a>
      ),
    ],
    [t("Label"), (r) => r.label],
    [t("State"), (r) => <State of={r.state} />],
    [t("Recurring cost"), (r) => <Recurring of={r} />, "count"],
    [t("Next charge"), (r) => (r.next_charge ? date(r.next_charge.at) : <span class="quiet">{t("none")}</span>)],
  ];
  if (may.withhold.value) columns.push([t("Change"), (r) => <Change id={id} rental={r} done={reload} />]);
  return (
    <>
      <p>
        <a href={`/rentals?customer=${id}`}>{t("Search and filter")}</a>
      </p>
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/customers/{id}/dids", { params: { path: { id }, query: { limit: 100, facets: false, cursor } }, signal }))}
        deps={[id, round]}
        empty={<Empty title={t("No rented numbers")} />}
      >
        {(list) => <Table caption={t("DIDs of the customer")} rows={list} columns={columns} />}
      </Pages>
    </>
  );
}

/** Cancels a rental or restores it, as the customer can. */
function Change({ id, rental, done }: { id: string; rental: Rental; done: () => void }) {
  const params = { path: { id, did: rental.did } };
  const ends = rental.state === "pending_release";
  if (!ends && !["active", "past_due", "suspended"].includes(rental.state)) return null;
  return (
    <Ask
      label={ends ? t("Restore") : t("Cancel")}
      title={ends ? t("Restore {display}?", { display: rental.display }) : t("Cancel {display}?", { display: rental.display })}
      danger={!ends}
      no={ends ? undefined : t("Keep number")}
      run={async () => {
        const after = await body(
          ends ? api.POST("/v1/customers/{id}/dids/{did}/restore", { params }) : api.DELETE("/v1/customers/{id}/dids/{did}", { params }),
        );
        tell(
          ends
            ? t("{display}: the rental continues.", { display: after.display })
            : after.state === "aging"
              ? t("{display}: the rental has ended.", { display: after.display })
              : t("{display}: the rental ends on {end}.", { display: after.display, end: date(after.period_end) }),
        );
        done();
      }}
    >
      <p>
        {ends
          ? t("The rental continues as if it had not been cancelled.")
          : rental.state === "active"
            ? t("It stays the customer’s until {period_end}, and is not charged again.", { period_end: date(rental.period_end) })
            : t("It is unpaid, so the rental ends immediately.")}
      </p>
    </Ask>
  );
}
