/** The cart: the held numbers, how long they are held, and their price. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { api, body, type Cart, type CartItem } from "../api/client";
import { cart, extend, giveBack, loadCart, lost } from "../model/cart";
import { may } from "../model/me";
import { add, isNegative, negate, show } from "../model/money";
import { clock, country, date, left, plural } from "../model/words";
import { useAction, useLoad, useNow, useTitle } from "../ui/hooks";
import { Amount, Empty, Failure, Icon, Number, PageHead, Recurring, Skeleton } from "../ui/parts";
import { tell } from "../ui/toast";
import { Checkout, Unanswered } from "./checkout";
import { Lost } from "./lost";
import { t } from "../language";

export function CartPage() {
  useTitle(t("Cart"));
  const [error, setError] = useState<Error>();
  const load = useCallback(() => {
    setError(undefined);
    loadCart().catch(setError);
  }, []);
  useEffect(load, [load]);
  const now = cart.value;
  if (error && !now)
    return (
      <div class="page">
        <PageHead title={t("Cart")} />
        <Failure error={error} retry={load} />
      </div>
    );
  if (!now)
    return (
      <div class="page">
        <PageHead title={t("Cart")} />
        <Skeleton />
      </div>
    );
  if (now.items.length === 0 && lost.value.length === 0) return <EmptyCart />;
  return (
    <div class="page">
      <PageHead
        title={t("Cart")}
        lead={
          now.items.length > 0 &&
          t("{numbers} held for you. Nobody else can take them before the time runs out.", { numbers: plural(now.items.length, "number") })
        }
      >
        <a class="button" href="/numbers">
          {t("Find more")}
        </a>
      </PageHead>
      <div class="cart-page">
        <div>
          <Unanswered view={now} />
          <Lost />
          {now.items.length > 0 && <Held view={now} />}
        </div>
        {now.items.length > 0 && <Summary view={now} />}
      </div>
    </div>
  );
}

function EmptyCart() {
  return (
    <div class="page">
      <PageHead title={t("Cart")} />
      <Empty title={t("Your cart is empty")} icon="cart">
        <p>{t("Numbers that you add are held for you for 15 minutes while you decide.")}</p>
        <p>
          <a class="button primary" href="/numbers">
            {t("Find numbers")}
          </a>
        </p>
      </Empty>
    </div>
  );
}

function Held({ view }: { view: Cart }) {
  const now = useNow();
  const overdue = view.items.some((item) => Date.parse(item.held_until) <= now);
  useEffect(() => {
    if (overdue) void loadCart();
  }, [overdue]);
  return (
    <ul class="lines" aria-label={t("Held numbers")}>
      {view.items.map((item) => (
        <Line key={item.did} item={item} now={now} />
      ))}
    </ul>
  );
}

const soon = 3 * 60_000; // ms: the clock turns red

function Line({ item, now }: { item: CartItem; now: number }) {
  const action = useAction(useCallback(() => giveBack(item.did), [item.did]));
  const remaining = Date.parse(item.held_until) - now;
  return (
    <li class="line">
      <div class="what">
        <Number display={item.display} />
        <small>{[item.area, country(item.country), item.package.name].filter(Boolean).join(", ")}</small>
      </div>
      <span class={`until ${remaining < soon ? "soon" : ""}`} title={t("Held until {held_until}", { held_until: clock(item.held_until) })}>
        <Icon name="clock" />
        {left(remaining)}
      </span>
      <p class="price">
        <Amount value={item.setup} /> <small>{t("setup")}</small>
      </p>
      <p class="price">
        <Recurring of={item} />
      </p>
      {may.buy.value && (
        <button
          type="button"
          class="quiet"
          disabled={action.busy}
          aria-label={t("Remove {display}", { display: item.display })}
          title={t("Remove")}
          onClick={() => void action.run()}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}

function Summary({ view }: { view: Cart }) {
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), [view.version]);
  const longer = useAction(
    useCallback(async () => {
      const kept = await extend();
      if (kept.length > 0) tell(t("{DIDs} not extended: {detail}", { DIDs: plural(kept.length, "DID"), detail: kept[0]!.detail }), "bad");
      else tell(t("The holds are extended."));
    }, []),
  );
  const after = account.data && add(account.data.available, negate(view.total));
  return (
    <aside class="summary" aria-label={t("Price")}>
      <dl>
        <dt>{t("Setup")}</dt>
        <dd>
          <Amount value={view.setup_total} />
        </dd>
        <dt>{t("First charges")}</dt>
        <dd>
          <Amount value={view.first_charge_total} />
        </dd>
        <dt>{t("Tax")}</dt>
        <dd>
          <Amount value={view.tax} />
        </dd>
        <dt class="due">{t("Due today")}</dt>
        <dd class="due">
          <Amount value={view.total} />
        </dd>
      </dl>
      {!account.error && (
        <p class={after && isNegative(after) ? "short" : "quiet"}>
          {!account.data || !after ? (
            t("Paid from your balance.")
          ) : isNegative(after) ? (
            <>
              {t("You can spend {available}, which is {after} too little. Remove some numbers, or ask your carrier to take a payment.", {
                available: show(account.data.available),
                after: show(negate(after)),
              })}
            </>
          ) : (
            <>{t("Paid from your balance. {after} remains available.", { after: show(after) })}</>
          )}
        </p>
      )}
      {may.buy.value && <Checkout view={view} />}
      <Coming view={view} />
      {may.buy.value && (
        <button type="button" disabled={longer.busy} onClick={() => void longer.run()}>
          <Icon name="clock" /> {t("Extend holds")}
        </button>
      )}
      {longer.error && <Failure error={longer.error} />}
    </aside>
  );
}

/** The charges after today. */
function Coming({ view }: { view: Cart }) {
  if (view.next_charges.length === 0) return null;
  return (
    <details class="coming">
      <summary>{t("The next {next_charges} charges", { next_charges: view.next_charges.length })}</summary>
      <ol>
        {view.next_charges.map((day) => (
          <li key={day.at}>
            <span>{day.at && date(day.at)}</span>
            <Amount value={day.amount} />
          </li>
        ))}
      </ol>
    </details>
  );
}
