/** Paying into the own account, by the carrier's payment provider. */
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "../router";
import { api, body, type Schemas } from "../api/client";
import { show } from "../model/money";
import { moment } from "../model/words";
import { type Values } from "../ui/form";
import { readDecimal } from "../model/decimal";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Amount, Empty, Failure, Icon, PageHead, State } from "../ui/parts";
import { Pages } from "../ui/pages";
import { PageOf, Ready } from "../ui/ready";
import { Table } from "../ui/table";
import { rich, t } from "../language";

type TopUp = Schemas["TopUp"];

const offered = ["20", "50", "100", "250"];

export function TopUpPage() {
  useTitle(t("Top up"));
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), []);
  return (
    <div class="page">
      <PageHead title={t("Top up")} lead={t("You pay on your carrier’s payment provider’s page. We never see your card.")} />
      <Ready of={account} lines={2}>
        {(account) => (
          <>
            <dl class="figures">
              <div>
                <dt>{t("Balance")}</dt>
                <dd>
                  <Amount value={account.balance} />
                </dd>
              </div>
            </dl>
            <Choice currency={account.balance.currency} />
          </>
        )}
      </Ready>
      <h2>{t("Your top-ups")}</h2>
      <Earlier />
    </div>
  );
}

/** The amount. The same amount keeps its key, so that pressing again after a lost answer begins no second payment. */
function Choice({ currency }: { currency: string }) {
  const [amount, setAmount] = useState("50");
  const [keys] = useState(() => new Map<string, string>());
  const pay = useAction(async (values: Values) => {
    const wanted = readDecimal(values.amount ?? "");
    const key = keys.get(wanted) ?? crypto.randomUUID();
    keys.set(wanted, key);
    const made = await body(
      api.POST("/v1/account/top-ups", { params: { header: { "Idempotency-Key": key } }, body: { amount: { amount: wanted, currency } } }),
    );
    location.assign(made.url ?? `/account/top-ups/${made.id}`);
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void pay.run({ amount });
      }}
    >
      <div class="segments" role="group" aria-label={t("Amounts")}>
        {offered.map((value) => (
          <button key={value} type="button" aria-pressed={amount === value} onClick={() => setAmount(value)}>
            {value} {currency}
          </button>
        ))}
      </div>
      <div class="field">
        <label for="field-amount">{t("Amount in {currency}", { currency })}</label>
        <input id="field-amount" name="amount" inputMode="decimal" required value={amount} onInput={(event) => setAmount(event.currentTarget.value.trim())} />
      </div>
      {pay.error && <Failure error={pay.error} />}
      <div class="segments">
        <a class="button" href="/account">
          {t("Cancel")}
        </a>
        <button type="submit" class="primary" disabled={pay.busy}>
          {t("Go to the payment page")}
        </button>
      </div>
    </form>
  );
}

function Earlier() {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/account/top-ups", { params: { query: { cursor } }, signal }))}
      empty={<Empty title={t("No top-ups yet")} icon="wallet" />}
    >
      {(topUps: TopUp[]) => (
        <Table
          caption={t("Top-ups, the newest first")}
          rows={topUps}
          columns={[
            [t("When"), (topUp) => <a href={`/account/top-ups/${topUp.id}`}>{moment(topUp.created_at)}</a>],
            [t("Amount"), (topUp) => topUp.amount, "money"],
            [t("State"), (topUp) => <State of={topUp.status} say={words[topUp.status]} />],
          ]}
        />
      )}
    </Pages>
  );
}

const words: Record<TopUp["status"], string> = {
  open: t("Not paid"),
  processing: t("On its way"),
  paid: t("In your balance"),
  failed: t("Declined"),
  expired: t("Expired"),
  review: t("With your carrier"),
};

const askAgain = 3000; // ms

/** Where the provider sends the customer back to: it states only known facts. */
export function ReturnPage() {
  useTitle(t("Top-up"));
  const id = useRoute().params.id ?? "";
  const topUp = useLoad((signal) => body(api.GET("/v1/account/top-ups/{id}", { params: { path: { id } }, signal })), [id]);
  const waiting = topUp.data?.status === "open" || topUp.data?.status === "processing";
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(topUp.reload, askAgain);
    return () => clearInterval(timer);
  }, [waiting, topUp.reload]);
  return (
    <PageOf of={topUp} title={t("Top-up")}>
      {(topUp) => (
        <div>
          <PageHead title={t("Top-up of {amount}", { amount: show(topUp.amount) })} lead={moment(topUp.created_at)}>
            <a class="button primary" href="/account">
              {t("Account")}
            </a>
          </PageHead>
          <div class={topUp.status === "paid" ? "note good" : "note"} role="status">
            <Icon name={topUp.status === "paid" ? "check" : waiting ? "clock" : "alert"} />
            <div>
              <Known of={topUp} />
            </div>
          </div>
        </div>
      )}
    </PageOf>
  );
}

function Known({ of: topUp }: { of: TopUp }) {
  switch (topUp.status) {
    case "paid":
      return (
        <p>
          <b>{t("{amount} is in your balance.", { amount: show(topUp.amount) })}</b>{" "}
          {topUp.balance_after && t("It was {balance_after} right after.", { balance_after: show(topUp.balance_after) })}
        </p>
      );
    case "open":
      return (
        <>
          <p>
            {rich(
              "<b>We are waiting for the provider’s confirmation.</b> If you have paid, your balance changes as soon as it arrives, also if you close this page.",
              { b: (text) => <b>{text}</b> },
            )}
          </p>
          {topUp.url && <p>{rich("If you have not paid, <a>go on to the payment page</a>.", { a: (text) => <a href={topUp.url ?? undefined}>{text}</a> })}</p>}
        </>
      );
    case "processing":
      return (
        <p>
          {rich("<b>The provider has your payment and waits for the money.</b> A bank transfer may take some days; your balance changes when it has arrived.", {
            b: (text) => <b>{text}</b>,
          })}
        </p>
      );
    case "review":
      return (
        <p>
          {rich(
            "<b>Your carrier looks at this payment.</b> The provider’s report does not agree with the top-up, so it is not in your balance. Ask your carrier.",
            { b: (text) => <b>{text}</b> },
          )}
        </p>
      );
    default:
      return (
        <p>
          <b>{topUp.status === "failed" ? t("The payment was declined.") : t("The payment page expired.")}</b>{" "}
          <span>{t("Nothing was added to your balance.")}</span> <a href="/account/top-ups">{t("Try again")}</a>
        </p>
      );
  }
}
