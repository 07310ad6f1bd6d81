/** The ledger and invoices of an account, for its customer and for staff. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client";
import { capital, date, moment, spaced } from "../model/words";
import { Pages, type ReadPage } from "./pages";
import { Empty, State } from "./parts";
import { Table } from "./table";
import { t } from "../language";

type Entry = Schemas["LedgerEntry"];
type Header = Schemas["InvoiceHeader"];

/** Entries of the ledger; `about` shows the purpose of one. */
export function Ledger({ load, about }: { load: ReadPage<Entry>; about: (entry: Entry) => ComponentChildren }) {
  return (
    <Pages load={load} empty={<Empty title={t("No entries yet")} icon="wallet" />}>
      {(entries) => (
        <Table
          caption={t("Entries, the newest first")}
          rows={entries}
          named={1}
          columns={[
            [t("When"), (e) => moment(e.at)],
            [t("What"), (e) => capital(spaced(e.kind))],
            [t("Amount"), (e) => e.amount, "signed"],
            [t("Balance"), (e) => e.balance_after, "money"],
            [t("For"), about],
            [t("No."), (e) => e.seq, "count"],
          ]}
        />
      )}
    </Pages>
  );
}

/** The charges of an invoice, or the invoice that a credit note corrects. */
function subject(i: Header): string {
  if (i.corrects) return t("Corrects {number}", { number: i.corrects.number });
  if (i.kind === "order") return t("An order");
  return i.kind === "month" ? t("Charges of {period}", { period: i.period }) : t("Renewals");
}

/** Invoices; `path` is the address of one. */
export function Invoices({ load, path }: { load: ReadPage<Header>; path: string }) {
  return (
    <Pages
      load={load}
      empty={
        <Empty title={t("No invoices yet")} icon="list">
          <p>{t("An invoice has a charge’s, a day’s or a month’s charges, as your carrier chose.")}</p>
        </Empty>
      }
    >
      {(invoices) => (
        <Table
          caption={t("Invoices and credit notes, the newest first")}
          rows={invoices}
          columns={[
            [t("Invoice"), (i) => <a href={`${path}/${i.id}`}>{i.number ?? i.id}</a>],
            [t("State"), (i) => <State of={i.status} />],
            [t("When"), (i) => date(i.at)],
            [t("Gross"), (i) => i.gross, "money"],
            [t("Net"), (i) => i.net, "bare"],
            [t("Tax"), (i) => i.tax, "bare"],
            [t("For"), subject],
          ]}
        />
      )}
    </Pages>
  );
}
