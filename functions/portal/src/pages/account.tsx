/** The customer's money: what there is, and every entry that made it so. */
import { api, body } from "../api/client";
import { isNegative } from "../model/money";
import { capital, moment, spaced } from "../model/words";
import { useLoad, useTitle } from "../ui/hooks";
import { Pages } from "../ui/pages";
import { Amount, Empty, Failure, PageHead, Skeleton, TableBox } from "../ui/parts";

export function AccountPage() {
  useTitle("Account");
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Account" />
      {account.error ? <Failure error={account.error} retry={account.reload} />
        : !account.data ? <Skeleton lines={2} />
        : (
          <dl class="figures">
            <div><dt>Balance</dt><dd class={isNegative(account.data.balance) ? "short" : ""}><Amount value={account.data.balance} /></dd></div>
            <div><dt>Credit limit</dt><dd><Amount value={account.data.credit_limit} /></dd></div>
            <div><dt>To spend</dt><dd><Amount value={account.data.available} /></dd></div>
          </dl>
        )}
      <h2>Ledger</h2>
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
                    <td>{entry.order_id ? <a href={`/orders/${entry.order_id}`}>Order</a> : entry.note}</td>
                    <td class={`money ${isNegative(entry.amount) ? "" : "plus"}`}><Amount value={entry.amount} bare /></td>
                    <td class="money"><Amount value={entry.balance_after} /></td>
                  </tr>
                ))}
              </tbody>
            </TableBox>
        )}
      </Pages>
    </div>
  );
}
