/** Paying into the own account, by the carrier's payment provider. */
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "../router";
import { api, body, type Schemas } from "../api/client";
import { show } from "../model/money";
import { moment } from "../model/words";
import { type Values } from "../ui/form";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Amount, Empty, Failure, Icon, PageHead, State } from "../ui/parts";
import { Pages } from "../ui/pages";
import { PageOf, Ready } from "../ui/ready";
import { Table } from "../ui/table";

type TopUp = Schemas["TopUp"];

const offered = ["20", "50", "100", "250"];

export function TopUpPage() {
  useTitle("Top up");
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Top up" lead="You pay on your carrier’s payment provider’s page. We never see your card." />
      <Ready of={account} lines={2}>
        {(account) => (
          <>
            <dl class="figures">
              <div>
                <dt>Balance</dt>
                <dd>
                  <Amount value={account.balance} />
                </dd>
              </div>
            </dl>
            <Choice currency={account.balance.currency} />
          </>
        )}
      </Ready>
      <h2>Your top-ups</h2>
      <Earlier />
    </div>
  );
}

/** The amount. The same amount keeps its key, so that pressing again after a lost answer begins no second payment. */
function Choice({ currency }: { currency: string }) {
  const [amount, setAmount] = useState("50");
  const [keys] = useState(() => new Map<string, string>());
  const pay = useAction(async (values: Values) => {
    const wanted = values.amount ?? "";
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
      <div class="segments" role="group" aria-label="Amounts">
        {offered.map((value) => (
          <button key={value} type="button" aria-pressed={amount === value} onClick={() => setAmount(value)}>
            {value} {currency}
          </button>
        ))}
      </div>
      <div class="field">
        <label for="field-amount">Amount in {currency}</label>
        <input
          id="field-amount"
          name="amount"
          inputMode="decimal"
          pattern="[0-9]{1,8}([.][0-9]{1,3})?"
          required
          value={amount}
          onInput={(event) => setAmount(event.currentTarget.value.trim())}
        />
      </div>
      {pay.error && <Failure error={pay.error} />}
      <div class="segments">
        <a class="button" href="/account">
          Cancel
        </a>
        <button type="submit" class="primary" disabled={pay.busy}>
          Go to the payment page
        </button>
      </div>
    </form>
  );
}

function Earlier() {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/account/top-ups", { params: { query: { cursor } }, signal }))}
      empty={<Empty title="No top-ups yet" icon="wallet" />}
    >
      {(topUps: TopUp[]) => (
        <Table
          caption="Top-ups, the newest first"
          rows={topUps}
          columns={[
            ["When", (t) => <a href={`/account/top-ups/${t.id}`}>{moment(t.created_at)}</a>],
            ["Amount", (t) => t.amount, "money"],
            ["State", (t) => <State of={t.status} say={words[t.status]} />],
          ]}
        />
      )}
    </Pages>
  );
}

const words: Record<TopUp["status"], string> = {
  open: "Not paid",
  processing: "On its way",
  paid: "In your balance",
  failed: "Declined",
  expired: "Expired",
  review: "With your carrier",
};

const askAgain = 3000; // ms

/** Where the provider sends the customer back to: it states only known facts. */
export function ReturnPage() {
  useTitle("Top-up");
  const id = useRoute().params.id ?? "";
  const topUp = useLoad((signal) => body(api.GET("/v1/account/top-ups/{id}", { params: { path: { id } }, signal })), [id]);
  const waiting = topUp.data?.status === "open" || topUp.data?.status === "processing";
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(topUp.reload, askAgain);
    return () => clearInterval(timer);
  }, [waiting, topUp.reload]);
  return (
    <PageOf of={topUp} title="Top-up">
      {(t) => (
        <div>
          <PageHead title={`Top-up of ${show(t.amount)}`} lead={moment(t.created_at)}>
            <a class="button primary" href="/account">
              Account
            </a>
          </PageHead>
          <div class={t.status === "paid" ? "note good" : "note"} role="status">
            <Icon name={t.status === "paid" ? "check" : waiting ? "clock" : "alert"} />
            <div>
              <Known of={t} />
            </div>
          </div>
        </div>
      )}
    </PageOf>
  );
}

function Known({ of: t }: { of: TopUp }) {
  switch (t.status) {
    case "paid":
      return (
        <p>
          <b>{show(t.amount)} is in your balance.</b> {t.balance_after && `It was ${show(t.balance_after)} right after.`}
        </p>
      );
    case "open":
      return (
        <>
          <p>
            <b>We are waiting for the provider’s confirmation.</b> If you have paid, your balance changes as soon as it arrives, also if you close this page.
          </p>
          {t.url && (
            <p>
              If you have not paid, <a href={t.url}>go on to the payment page</a>.
            </p>
          )}
        </>
      );
    case "processing":
      return (
        <p>
          <b>The provider has your payment and waits for the money.</b> A bank transfer may take some days; your balance changes when it has arrived.
        </p>
      );
    case "review":
      return (
        <p>
          <b>Your carrier looks at this payment.</b> The provider’s report does not agree with the top-up, so it is not in your balance. Ask your carrier.
        </p>
      );
    default:
      return (
        <p>
          <b>{t.status === "failed" ? "The payment was declined." : "The payment page expired."}</b> Nothing was added to your balance.{" "}
          <a href="/account/top-ups">Try again</a>
        </p>
      );
  }
}
