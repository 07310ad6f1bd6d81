/** What is held, for how long, what it costs; and the checkout. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, ApiError, body, type Cart, type CartItem, type Offer } from "../api/client";
import { bought, cart, extend, forget, giveBack, hold, loadCart, lost } from "../model/cart";
import { may } from "../model/me";
import { add, isNegative, negate, show } from "../model/money";
import { clock, country, date, every, left, plural } from "../model/words";
import { useAction, useLoad, useNow, useTitle } from "../ui/hooks";
import { Amount, Empty, Failure, Icon, Number, PageHead, Skeleton } from "../ui/parts";
import { tell } from "../ui/toast";

export function CartPage() {
  useTitle("Cart");
  const [error, setError] = useState<Error>();
  const load = useCallback(() => {
    setError(undefined);
    loadCart().catch(setError);
  }, []);
  useEffect(load, [load]);
  const now = cart.value;
  if (error && !now) return <div class="page"><PageHead title="Cart" /><Failure error={error} retry={load} /></div>;
  if (!now) return <div class="page"><PageHead title="Cart" /><Skeleton /></div>;
  if (now.items.length === 0 && lost.value.length === 0) return <EmptyCart />;
  return (
    <div class="page">
      <PageHead title="Cart" lead={now.items.length > 0 && `${plural(now.items.length, "number")} held for you. Nobody else can take them until the clock runs out.`}>
        <a class="button" href="/numbers">Find more</a>
      </PageHead>
      <div class="cart-page">
        <div>
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
      <Empty title="Nothing is held yet" icon="cart">
        <p>Numbers that you add are held for you for 15 minutes while you decide.</p>
        <p><a class="button primary" href="/numbers">Find numbers</a></p>
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
      {view.items.map((item) => <Line key={item.did} item={item} now={now} />)}
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
      <span class={`until ${remaining < soon ? "soon" : ""}`} title={`Held until ${clock(item.held_until)}`}><Icon name="clock" />{left(remaining)}</span>
      <p class="price"><Amount value={item.setup} /> <small>setup</small></p>
      <p class="price"><Amount value={item.recurring} /> <small>{every(item.interval)}</small></p>
      {may.buy.value && (
        <button type="button" class="quiet" disabled={action.busy} aria-label={`Remove ${item.display}`} title="Remove" onClick={() => void action.run()}><Icon name="close" /></button>
      )}
    </li>
  );
}

/** Numbers that went while they were in the cart, each with some like it. */
function Lost() {
  if (lost.value.length === 0) return null;
  return (
    <section class="lost" aria-label="No longer held">
      <h2>No longer held for you</h2>
      <p>The time ran out, or somebody else was quicker. Nothing was charged. Here is what comes close.</p>
      <ul>{lost.value.map((item) => <LostLine key={item.did} item={item} />)}</ul>
    </section>
  );
}

function LostLine({ item }: { item: CartItem }) {
  const similar = useLoad((signal) => similarTo(item, signal), [item.did]);
  const free = similar.data?.some((offer) => offer.did === item.did);
  const swap = useAction(
    useCallback(async (offer: Offer) => {
      const [result] = await hold([offer.did]);
      if (result?.outcome !== "held" && result?.outcome !== "already_held") throw new Error(result?.detail ?? `${offer.display} has just gone.`);
      forget(item.did);
      tell(`${offer.display} is held for you.`);
    }, [item.did]),
  );
  return (
    <li>
      <div class="gone"><s><Number display={item.display} /></s> <button type="button" class="quiet" onClick={() => forget(item.did)}>Forget it</button></div>
      {swap.error && <Failure error={swap.error} />}
      <div class="similar">
        {free && <button type="button" class="primary" disabled={swap.busy} onClick={() => void swap.run(item)}>It is free: hold it again</button>}
        {similar.data?.filter((offer) => offer.did !== item.did).slice(0, 4).map((offer) => (
          <button key={offer.did} type="button" disabled={swap.busy} onClick={() => void swap.run(offer)}>{offer.display}</button>
        ))}
        {similar.data?.length === 0 && <a href={`/numbers?country=${item.country ?? ""}`}>Look for another in {country(item.country)}</a>}
      </div>
    </li>
  );
}

/** Free numbers that share as many leading digits as there are any with; the number itself first if it is free. */
async function similarTo(item: CartItem, signal: AbortSignal): Promise<Offer[]> {
  const digits = item.did.slice(1);
  for (const drop of [0, 1, 2, 3, 4]) {
    const starts_with = digits.slice(0, digits.length - drop);
    const { data } = await body(api.GET("/v1/available-dids", { params: { query: { starts_with, limit: 5 } }, signal }));
    if (data.length > (drop === 0 ? 0 : 1)) return data;
  }
  return [];
}

function Summary({ view }: { view: Cart }) {
  const account = useLoad((signal) => body(api.GET("/v1/account", { signal })), [view.version]);
  const longer = useAction(useCallback(async () => {
    await extend();
    tell("Held for longer.");
  }, []));
  const after = account.data && add(account.data.available, negate(view.total));
  return (
    <aside class="summary" aria-label="What it costs">
      <dl>
        <dt>Setup</dt><dd><Amount value={view.setup_total} /></dd>
        <dt>First charges</dt><dd><Amount value={view.first_charge_total} /></dd>
        <dt>Tax</dt><dd><Amount value={view.tax} /></dd>
        <dt class="due">Due today</dt><dd class="due"><Amount value={view.total} /></dd>
      </dl>
      {!account.error && (
        <p class={after && isNegative(after) ? "short" : "quiet"}>
          {!account.data || !after ? "From your balance."
            : isNegative(after) ? <>You can spend {show(account.data.available)}, which is {show(negate(after))} too little. Remove some numbers, or ask your carrier to take a payment.</>
            : <>From your balance, which leaves {show(after)} to spend.</>}
        </p>
      )}
      {may.buy.value && <Checkout view={view} />}
      <Coming view={view} />
      {may.buy.value && <button type="button" disabled={longer.busy} onClick={() => void longer.run()}><Icon name="clock" /> Hold for longer</button>}
      {longer.error && <Failure error={longer.error} />}
    </aside>
  );
}

/** What the numbers cost after today. */
function Coming({ view }: { view: Cart }) {
  if (view.next_charges.length === 0) return null;
  return (
    <details class="coming">
      <summary>The next {view.next_charges.length} charges</summary>
      <ol>
        {view.next_charges.map((day) => <li key={day.at}><span>{day.at && date(day.at)}</span><Amount value={day.amount} /></li>)}
      </ol>
    </details>
  );
}

/** One key for one cart as it stands: pressing again after a lost answer buys nothing twice. */
function keyFor(view: Cart): string {
  const name = `order-key-${view.version}`;
  const kept = sessionStorage.getItem(name);
  if (kept) return kept;
  const key = crypto.randomUUID();
  sessionStorage.setItem(name, key);
  return key;
}

function Checkout({ view }: { view: Cart }) {
  const { route } = useLocation();
  const action = useAction(
    useCallback(async () => {
      try {
        const order = await body(api.POST("/v1/orders", { params: { header: { "Idempotency-Key": keyFor(view) } }, body: { total: view.total } }));
        sessionStorage.removeItem(`order-key-${view.version}`);
        await bought(order.dids);
        route(`/orders/${order.id}?placed`);
      } catch (error) {
        if (error instanceof ApiError && ["dids_unavailable", "total_changed", "illegal_state"].includes(error.code)) await loadCart();
        throw error;
      }
    }, [view, route]),
  );
  return (
    <>
      {action.error && <Failure error={action.error} />}
      <button type="button" class="button primary big" disabled={action.busy} onClick={() => void action.run()}>
        {action.busy ? "Buying …" : <>Checkout: pay {show(view.total)}</>}
      </button>
    </>
  );
}
