/** Issuing a credit note for an invoice: what to credit, a preview with its tax, then the number. For staff. */
import { useState } from "preact/hooks";
import { route, useRoute } from "../router";
import { api, body, type Invoice, type Schemas } from "../api/client";
import { negate, show } from "../model/money";
import { capital, spaced } from "../model/words";
import { readInvoice } from "./invoice";
import { Field, Form, type Values } from "../ui/form";
import { useLoad, useTitle } from "../ui/hooks";
import { Amount, FactList, Icon, PageHead, State } from "../ui/parts";
import { PageOf } from "../ui/ready";
import { rich, t } from "../language";

type Request = Schemas["CreditNoteRequest"];
type Note = Schemas["CreditNote"];
type Part = "whole" | "lines" | "amount";

const parts: [Part, string][] = [
  ["whole", t("The whole rest")],
  ["lines", t("Some lines")],
  ["amount", t("An amount")],
];

export function CreditNotePage() {
  const { id = "", invoice = "" } = useRoute().params;
  const found = useLoad((signal) => readInvoice(invoice, id, signal), [invoice, id]);
  useTitle(t("Credit note for invoice {invoice}", { invoice }));
  return (
    <PageOf of={found} title={t("Credit note")}>
      {(i) => (
        <>
          <PageHead
            title={t("Credit note for {invoice}", { invoice: i.number ?? i.id })}
            lead={t("An invoice never changes. A credit note corrects it, with a number of its own, and its amount goes to the balance.")}
          >
            <a class="button" href={`/customers/${id}/invoices/${invoice}`}>
              <Icon name="back" /> {t("The invoice")}
            </a>
          </PageHead>
          <FactList of={facts(i)} />
          <Writing id={id} invoice={i} />
        </>
      )}
    </PageOf>
  );
}

function facts(i: Invoice): [string, string][] {
  const all: [string, string][] = [[t("Gross"), show(i.gross)]];
  return i.credited ? [...all, [t("Credited already"), show(i.credited)]] : all;
}

/** The form, and then its preview. The same content keeps its key, so that pressing again after a lost answer issues one credit note. */
function Writing({ id, invoice }: { id: string; invoice: Invoice }) {
  const [part, setPart] = useState<Part>("whole");
  const [lines, setLines] = useState<number[]>([]);
  const [plan, setPlan] = useState<{ request: Request; note: Note; key: string }>();
  const preview = async (values: Values): Promise<false> => {
    const request: Request = {
      invoice: invoice.id,
      reason: values.reason ?? "",
      refund: values.refund === "provider" ? "provider" : "balance",
      ...(part === "lines" ? { lines } : {}),
      ...(part === "amount" ? { amount: { amount: values.amount ?? "", currency: invoice.gross.currency } } : {}),
    };
    const note = await send(id, { ...request, dry_run: true }, "");
    setPlan({ request, note, key: crypto.randomUUID() });
    return false;
  };
  if (plan) {
    return (
      <Preview
        note={plan.note}
        back={() => setPlan(undefined)}
        issue={async () => {
          const made = await send(id, plan.request, plan.key);
          route(`/customers/${id}/invoices/${made.id}`);
        }}
      />
    );
  }
  return (
    <Form yes={t("Preview")} send={preview} close={() => route(`/customers/${id}/invoices/${invoice.id}`)}>
      <div class="segments" role="group" aria-label={t("What to credit")}>
        {parts.map(([value, say]) => (
          <button key={value} type="button" aria-pressed={part === value} onClick={() => setPart(value)}>
            {say}
          </button>
        ))}
      </div>
      {part === "lines" && <Lines invoice={invoice} chosen={lines} choose={setLines} />}
      {part === "amount" && (
        <Field
          name="amount"
          label={t("Amount with tax, in {currency}", { currency: invoice.gross.currency })}
          required
          pattern="[0-9]{1,15}([.][0-9]{1,3})?"
          hint={t("Its tax is split over the rates of the invoice in proportion.")}
        />
      )}
      <Field name="reason" label={t("Reason")} required maxLength={500} hint={t("It is printed on the credit note.")} />
      <Field
        name="refund"
        label={t("The money")}
        options={[
          ["balance", t("Stays in the balance")],
          ["provider", t("Goes back by the payment provider")],
        ]}
      />
    </Form>
  );
}

async function send(id: string, request: Request, key: string): Promise<Note> {
  return body(api.POST("/v1/customers/{id}/credit-notes", { params: { path: { id }, header: key ? { "Idempotency-Key": key } : {} }, body: request }));
}

interface LinesProps {
  invoice: Invoice;
  chosen: number[];
  choose: (lines: number[]) => void;
}

function Lines({ invoice, chosen, choose }: LinesProps) {
  return (
    <fieldset class="field">
      <legend>{t("Lines")}</legend>
      {invoice.lines.map((l) => (
        <label key={l.line}>
          <input
            type="checkbox"
            disabled={l.credited}
            checked={chosen.includes(l.line)}
            onChange={(event) => choose(event.currentTarget.checked ? [...chosen, l.line] : chosen.filter((n) => n !== l.line))}
          />{" "}
          {l.display} <small>{capital(spaced(l.kind))}</small> <Amount value={l.gross} /> {l.credited && <small>{t("credited")}</small>}
        </label>
      ))}
    </fieldset>
  );
}

interface PreviewProps {
  note: Note;
  back: () => void;
  issue: () => Promise<void>;
}

function Preview({ note, back, issue }: PreviewProps) {
  return (
    <section aria-label={t("Preview")}>
      <h2>{t("Preview")}</h2>
      <FactList of={planned(note)} />
      <p>{rich("The invoice will be {status}.", { status: <State of={note.invoice_status} /> })}</p>
      <Form
        yes={t("Issue the credit note")}
        send={async () => {
          await issue();
          return false;
        }}
        close={back}
      >
        <p class="hint">{t("It gets its number now and can’t be taken back.")}</p>
      </Form>
    </section>
  );
}

function planned(note: Note): [string, string][] {
  return [
    [t("Credit note"), show(negate(note.gross))],
    [t("Net"), show(negate(note.net))],
    ...note.taxes.map((tax): [string, string] => [
      t("Tax {percent} %", { percent: tax.percent }),
      t("{tax} on {net}", { tax: show(negate(tax.tax)), net: show(negate(tax.net)) }),
    ]),
    [t("Left to credit after it"), show(note.left)],
    [t("Balance after it"), show(note.balance_after)],
  ];
}
