/** The customer's money: what there is, what will be charged, and every entry that made it so. */
import { useCallback } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, body, type Schemas } from "../api/client";
import { download } from "../model/csv";
import { shortfall } from "../model/forecast";
import { isNegative, isZero, show } from "../model/money";
import { capital, date, moment, spaced } from "../model/words";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Amount, Empty, Failure, Icon, PageHead, Skeleton, TableBox } from "../ui/parts";

const ahead = 31; // days

export function AccountPage() {
  useTitle("Account");
  const { query } = useLocation();
  const invoices = query.show === "invoices";
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), []);
  const coming = useLoad((signal) => body(api.GET("/v1/account/charges", { params: { query: { days: ahead } }, signal })), []);
  const statement = useAction(useCallback(async () => {
    const text = await body(api.GET("/v1/account/statement", { params: { query: { format: "csv" } }, parseAs: "text" }) as never);
    download("statement.csv", text as string);
  }, []));
  return (
    <div class="page">
      <PageHead title="Account">
        <button type="button" disabled={statement.busy} onClick={() => void statement.run()}><Icon name="download" /> This month as CSV</button>
      </PageHead>
      {statement.error && <Failure error={statement.error} />}
      {account.error ? <Failure error={account.error} retry={account.reload} />
        : !account.data ? <Skeleton lines={2} />
        : <Figures account={account.data} coming={coming.data} />}
      <nav class="segments tabs" aria-label="Account">
        <a class="button" href="/account" aria-current={invoices ? undefined : "page"}>Ledger</a>
        <a class="button" href="/account?show=invoices" aria-current={invoices ? "page" : undefined}>Invoices</a>
      </nav>
      {invoices ? <Invoices /> : <Ledger />}
    </div>
  );
}

function Figures({ account, coming }: { account: Schemas["AccountView"]; coming: Schemas["Forecast"] | undefined }) {
  const short = coming && shortfall(account.available, coming);
  const next = coming?.data.find((day) => !isZero(day.amount));
  return (
    <>
      <dl class="figures">
        <div><dt>Balance</dt><dd class={isNegative(account.balance) ? "short" : ""}><Amount value={account.balance} /></dd></div>
        {!isZero(account.credit_limit) && <div><dt>Credit limit</dt><dd><Amount value={account.credit_limit} /></dd></div>}
        <div><dt>To spend</dt><dd><Amount value={account.available} /></dd></div>
        {next?.at && <div><dt>Next charge, {date(next.at)}</dt><dd><Amount value={next.amount} /></dd></div>}
      </dl>
      {short && (
        <div class="note" role="alert">
          <Icon name="alert" />
          <div>
            <p><b>The balance won’t cover the coming charges.</b> {show(short.missing)} will be missing {short.at ? `on ${date(short.at)}` : "for what is owed"}. Ask your carrier to take a payment; numbers that stay unpaid are suspended, and later released.</p>
          </div>
        </div>
      )}
    </>
  );
}

function Ledger() {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/account/ledger", { params: { query: { cursor } }, signal }))}
      empty={<Empty title="Nothing was booked yet" icon="wallet" />}
    >
      {(entries) => (
        <TableBox caption="Entries, the newest first">
          <thead><tr><th scope="col" class="money">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">For</th><th scope="col" class="money">Amount</th><th scope="col" class="money">Balance</th></tr></thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.seq}>
                <td class="money quiet">{entry.seq}</td>
                <td>{moment(entry.at)}</td>
                <th scope="row">{capital(spaced(entry.kind))}</th>
                <td><For entry={entry} /></td>
                <td class={`money ${isNegative(entry.amount) ? "" : "plus"}`}><Amount value={entry.amount} bare /></td>
                <td class="money"><Amount value={entry.balance_after} /></td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Pages>
  );
}

function For({ entry }: { entry: Schemas["LedgerEntry"] }) {
  if (entry.order_id) return <a href={`/orders/${entry.order_id}`}>Order</a>;
  if (entry.invoice_id) return <a href={`/invoices/${entry.invoice_id}`}>Invoice {entry.invoice_id}</a>;
  return <>{entry.note}</>;
}

function Invoices() {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/invoices", { params: { query: { cursor } }, signal }))}
      empty={<Empty title="No invoice yet" icon="list"><p>One is made for each order, and one for each day of renewals.</p></Empty>}
    >
      {(invoices) => (
        <TableBox caption="Invoices, the newest first">
          <thead><tr><th scope="col">Invoice</th><th scope="col">When</th><th scope="col">For</th><th scope="col" class="money">Net</th><th scope="col" class="money">Tax</th><th scope="col" class="money">Gross</th></tr></thead>
          <tbody>
            {invoices.map((invoice) => (
              <tr key={invoice.id}>
                <th scope="row"><a href={`/invoices/${invoice.id}`}>{invoice.id}</a></th>
                <td>{date(invoice.at)}</td>
                <td>{invoice.kind === "order" ? "An order" : "Renewals"}</td>
                <td class="money"><Amount value={invoice.net} bare /></td>
                <td class="money"><Amount value={invoice.tax} bare /></td>
                <td class="money"><Amount value={invoice.gross} /></td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      )}
    </Pages>
  );
}

