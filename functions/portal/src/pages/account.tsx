/** The customer's money: the balance, the coming charges and every ledger entry. */
import { useCallback } from "preact/hooks";
import { useLocation } from "../router";
import { api, body, type Schemas } from "../api/client";
import { download } from "../model/csv";
import { shortfall, type Shortfall, wholeForecast } from "../model/forecast";
import { compare, isNegative, isZero, show } from "../model/money";
import { may, me } from "../model/me";
import { date } from "../model/words";
import { Invoices, Ledger } from "../ui/books";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Amount, Failure, Icon, PageHead, Tabs } from "../ui/parts";
import { Ready } from "../ui/ready";
import { t } from "../language";

const ahead = 31; // days

export function AccountPage() {
  useTitle(t("Account"));
  const { query } = useLocation();
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), []);
  const coming = useLoad(
    (signal) => wholeForecast((cursor) => body(api.GET("/v1/account/charges", { params: { query: { days: ahead, cursor } }, signal }))),
    [],
  );
  const statement = useAction(
    useCallback(async () => {
      const text = await body(api.GET("/v1/account/statement", { params: { query: { format: "csv" } }, parseAs: "text" }) as never);
      download("statement.csv", text as string);
    }, []),
  );
  return (
    <div class="page">
      <PageHead title={t("Account")} lead={t("Days and times are in your carrier’s time zone, {time_zone}.", { time_zone: me.value?.carrier.time_zone })}>
        <a class="button" href="/billing">
          {t("Billing details")}
        </a>
        {may.edit.value && account.data?.top_ups && (
          <a class="button primary" href="/account/top-ups">
            {t("Top up")}
          </a>
        )}
        <button type="button" disabled={statement.busy} onClick={() => void statement.run()}>
          <Icon name="download" /> {t("This month as CSV")}
        </button>
      </PageHead>
      {statement.error && <Failure error={statement.error} />}
      <Ready of={account} lines={2}>
        {(account) => <Figures account={account} coming={coming.data} />}
      </Ready>
      <Tabs
        label={t("Account")}
        at={query.show ?? ""}
        tabs={[
          ["", t("Ledger")],
          ["invoices", t("Invoices")],
        ]}
      />
      {query.show === "invoices" ? (
        <Invoices path="/invoices" load={(cursor, signal) => body(api.GET("/v1/invoices", { params: { query: { cursor } }, signal }))} />
      ) : (
        <Ledger about={about} load={(cursor, signal) => body(api.GET("/v1/account/ledger", { params: { query: { cursor } }, signal }))} />
      )}
    </div>
  );
}

function Figures({ account, coming }: { account: Schemas["OwnAccount"]; coming: Schemas["Forecast"] | undefined }) {
  const short = coming && shortfall(account.available, coming);
  const next = coming?.data.find((day) => !isZero(day.amount));
  return (
    <>
      <dl class="figures">
        <div>
          <dt>{t("Balance")}</dt>
          <dd class={isNegative(account.balance) ? "short" : ""}>
            <Amount value={account.balance} />
          </dd>
        </div>
        {!isZero(account.credit_limit) && (
          <div>
            <dt>{t("Credit limit")}</dt>
            <dd>
              <Amount value={account.credit_limit} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("Available balance")}</dt>
          <dd>
            <Amount value={account.available} />
          </dd>
        </div>
        {next?.at && (
          <div>
            <dt>{t("Next charge, {at}", { at: date(next.at) })}</dt>
            <dd>
              <Amount value={next.amount} />
            </dd>
          </div>
        )}
      </dl>
      {short && (
        <div class="note" role="alert">
          <Icon name="alert" />
          <div>
            <p>
              <b>{t("The balance won’t cover the coming charges.")}</b> {missingOf(short)}{" "}
              {t("Pay your carrier; unpaid numbers are suspended, and later released.")}
            </p>
          </div>
        </div>
      )}
    </>
  );
}

/** The missing amount, and what will be missing by the end of the forecast. */
function missingOf(short: Shortfall): string {
  const missing = show(short.missing);
  const more = short.until && compare(short.total, short.missing) > 0 ? { total: show(short.total), until: date(short.until) } : null;
  if (!short.at) {
    if (!more) return t("You will need {missing} more for the charges that you owe.", { missing });
    return t("You will need {missing} more for the charges that you owe, and {total} in all by {until}.", { missing, ...more });
  }
  const at = date(short.at);
  if (!more) return t("You will need {missing} more on {at}.", { missing, at });
  return t("You will need {missing} more on {at}, and {total} in all by {until}.", { missing, at, ...more });
}

/** A link to the order, invoice or number of an entry. */
function about(entry: Schemas["LedgerEntry"]) {
  if (entry.order_id) return <a href={`/orders/${entry.order_id}`}>{t("Order")}</a>;
  if (entry.invoice_id) return <a href={`/invoices/${entry.invoice_id}`}>{t("Invoice {invoice_id}", { invoice_id: entry.invoice_id })}</a>;
  return entry.note;
}
