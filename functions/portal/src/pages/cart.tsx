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

export function CartPage() {
  useTitle("Cart");
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
        <PageHead title="Cart" />
        <Failure error={error} retry={load} />
      </div>
    );
  if (!now)
    return (
      <div class="page">
        <PageHead title="Cart" />
        <Skeleton />
      </div>
    );
  if (now.items.length === 0 && lost.value.length === 0) return <EmptyCart />;
  return (
    <div class="page">
      <PageHead
        title="Cart"
        lead={now.items.length > 0 && `${plural(now.items.length, "number")} held for you. Nobody else can take them before the time runs out.`}
      >
        <a class="button" href="/numbers">
          Find more
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
      <PageHead title="Cart" />
      <Empty title="Your cart is empty" icon="cart">
        <p>Numbers that you add are held for you for 15 minutes while you decide.</p>
        <p>
          <a class="button primary" href="/numbers">
            Find numbers
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
    <ul class="lines" aria-label="Held numbers">
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
      <span class={`until ${remaining < soon ? "soon" : ""}`} title={`Held until ${clock(item.held_until)}`}>
        <Icon name="clock" />
        {left(remaining)}
      </span>
      <p class="price">
        <Amount value={item.setup} /> <small>setup</small>
      </p>
      <p class="price">
        <Recurring of={item} />
      </p>
      {may.buy.value && (
        <button type="button" class="quiet" disabled={action.busy} aria-label={`Remove ${item.display}`} title="Remove" onClick={() => void action.run()}>
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
      if (kept.length > 0) tell(`${plural(kept.length, "DID")} not extended: ${kept[0]!.detail}`, "bad");
      else tell("The holds are extended.");
    }, []),
  );
  const after = account.data && add(account.data.available, negate(view.total));
  return (
    <aside class="summary" aria-label="Price">
      <dl>
        <dt>Setup</dt>
        <dd>
          <Amount value={view.setup_total} />
        </dd>
        <dt>First charges</dt>
        <dd>
          <Amount value={view.first_charge_total} />
        </dd>
        <dt>Tax</dt>
        <dd>
          <Amount value={view.tax} />
        </dd>
        <dt class="due">Due today</dt>
        <dd class="due">
          <Amount value={view.total} />
        </dd>
      </dl>
      {!account.error && (
        <p class={after && isNegative(after) ? "short" : "quiet"}>
          {!account.data || !after ? (
            "Paid from your balance."
          ) : isNegative(after) ? (
            <>
              You can spend {show(account.data.available)}, which is {show(negate(after))} too little. Remove some numbers, or ask your carrier to take a
              payment.
            </>
          ) : (
            <>Paid from your balance. {show(after)} remains available.</>
          )}
        </p>
      )}
      {may.buy.value && <Checkout view={view} />}
      <Coming view={view} />
      {may.buy.value && (
        <button type="button" disabled={longer.busy} onClick={() => void longer.run()}>
          <Icon name="clock" /> Extend holds
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
      <summary>The next {view.next_charges.length} charges</summary>
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
