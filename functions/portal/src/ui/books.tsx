/** The ledger and invoices of an account, for its customer and for staff. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client";
import { capital, date, moment, spaced } from "../model/words";
import { Pages, type ReadPage } from "./pages";
import { Empty, State } from "./parts";
import { Table } from "./table";

type Entry = Schemas["LedgerEntry"];
type Header = Schemas["InvoiceHeader"];

/** Entries of the ledger; `about` shows the purpose of one. */
export function Ledger({ load, about }: { load: ReadPage<Entry>; about: (entry: Entry) => ComponentChildren }) {
  return (
    <Pages load={load} empty={<Empty title="No entries yet" icon="wallet" />}>
      {(entries) => (
        <Table
          caption="Entries, the newest first"
          rows={entries}
          named={1}
          columns={[
            ["When", (e) => moment(e.at)],
            ["What", (e) => capital(spaced(e.kind))],
            ["Amount", (e) => e.amount, "signed"],
            ["Balance", (e) => e.balance_after, "money"],
            ["For", about],
            ["No.", (e) => e.seq, "count"],
          ]}
        />
      )}
    </Pages>
  );
}

/** Invoices; `path` is the address of one. */
export function Invoices({ load, path }: { load: ReadPage<Header>; path: string }) {
  return (
    <Pages
      load={load}
      empty={
        <Empty title="No invoices yet" icon="list">
          <p>An invoice has a charge’s, a day’s or a month’s charges, as your carrier chose.</p>
        </Empty>
      }
    >
      {(invoices) => (
        <Table
          caption="Invoices, the newest first"
          rows={invoices}
          columns={[
            ["Invoice", (i) => <a href={`${path}/${i.id}`}>{i.number ?? i.id}</a>],
            ["State", (i) => <State of={i.status} />],
            ["When", (i) => date(i.at)],
            ["Gross", (i) => i.gross, "money"],
            ["Net", (i) => i.net, "bare"],
            ["Tax", (i) => i.tax, "bare"],
            ["For", (i) => (i.kind === "order" ? "An order" : i.kind === "month" ? `Charges of ${i.period}` : "Renewals")],
          ]}
        />
      )}
    </Pages>
  );
}
