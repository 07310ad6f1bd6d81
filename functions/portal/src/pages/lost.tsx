/** Numbers that left the cart without an action in this tab, each with its fate: bought, or gone with similar numbers offered. */
import { useCallback } from "preact/hooks";
import { api, body, type CartItem, type Offer } from "../api/client";
import { askLost, cart, fates, forget, hold, lost, type LostItem } from "../model/cart";
import { clock, country, plural } from "../model/words";
import { useAction, useLoad, useNow } from "../ui/hooks";
import { Failure, Number } from "../ui/parts";
import { tell } from "../ui/toast";
import { rich, t } from "../language";

export function Lost() {
  const fateOf = (item: LostItem) => fates.value.get(item.did)?.kind ?? "asking";
  const of = (kind: string) => lost.value.filter((item) => fateOf(item) === kind);
  const unsure = [...of("asking"), ...of("unknown")];
  return (
    <>
      <Bought items={of("bought")} />
      {unsure.length > 0 && <Unsure items={unsure} asking={of("asking").length > 0} />}
      {of("not_bought").length > 0 && <Gone items={of("not_bought")} />}
    </>
  );
}

/** Lines that an order of this customer names, by order. */
function Bought({ items }: { items: LostItem[] }) {
  const orders = new Map<string, { number: string; items: LostItem[] }>();
  for (const item of items) {
    const fate = fates.value.get(item.did);
    if (fate?.kind !== "bought") continue;
    orders.set(fate.id, { number: fate.number, items: [...(orders.get(fate.id)?.items ?? []), item] });
  }
  return (
    <>
      {[...orders].map(([id, { number, items }]) => (
        <section key={id} class="lost bought" aria-label={t("Bought")}>
          <h2>{plural(items.length, "# number of this cart was bought", "# numbers of this cart were bought")}</h2>
          <p>{rich("Paid by order {number}. You don’t need to buy again.", { number: <a href={`/orders/${id}`}>{number}</a> })}</p>
          <ul>
            {items.map((item) => (
              <li key={item.did}>
                <Number display={item.display} />
              </li>
            ))}
          </ul>
          <p>
            <a class="button" href={`/orders/${id}`}>
              {t("Show the order")}
            </a>{" "}
            <button type="button" class="quiet" onClick={() => forget(...items.map((item) => item.did))}>
              {t("Dismiss")}
            </button>
          </p>
        </section>
      ))}
    </>
  );
}

function Unsure({ items, asking }: { items: LostItem[]; asking: boolean }) {
  const again = useAction(askLost);
  return (
    <section class="lost" aria-label={t("No longer in the cart")}>
      <h2>{t("{numbers} left the cart", { numbers: plural(items.length, "number") })}</h2>
      <p role="status">
        {asking || again.busy
          ? t("Checking whether they were bought…")
          : t("Your orders could not be read, so we can't say whether these numbers were bought. Check your orders before you buy others.")}
      </p>
      <ul>
        {items.map((item) => (
          <li key={item.did}>
            <Number display={item.display} />
          </li>
        ))}
      </ul>
      {!asking && (
        <p>
          <button type="button" disabled={again.busy} onClick={() => void again.run()}>
            {t("Check again")}
          </button>{" "}
          <a class="button" href="/orders">
            {t("Orders")}
          </a>
        </p>
      )}
    </section>
  );
}

function Gone({ items }: { items: LostItem[] }) {
  return (
    <section class="lost" aria-label={t("No longer held")}>
      <h2>{t("No longer held for you")}</h2>
      <p>
        {items.length === 1
          ? t(
              "The hold ended, or the number was removed from the cart elsewhere. None of your orders contains it, so you did not pay for it. Similar numbers are offered below.",
            )
          : t(
              "The holds ended, or the numbers were removed from the cart elsewhere. None of your orders contains them, so you did not pay for them. Similar numbers are offered below.",
            )}
      </p>
      <ul>
        {items.map((item) => (
          <LostLine key={item.did} item={item} />
        ))}
      </ul>
    </section>
  );
}

function LostLine({ item }: { item: CartItem }) {
  const similar = useLoad((signal) => similarTo(item, signal), [item.did]);
  const free = similar.data?.some((offer) => offer.did === item.did);
  const now = useNow();
  const cooling = cart.value?.cooling?.find(({ did, free_at }) => did === item.did && Date.parse(free_at) > now);
  const swap = useAction(
    useCallback(
      async (offer: Offer) => {
        const [result] = await hold([offer.did]);
        if (result?.outcome !== "held" && result?.outcome !== "already_held")
          throw new Error(result?.detail ?? t("{display} has just gone.", { display: offer.display }));
        forget(item.did);
        tell(t("{display} is held for you.", { display: offer.display }));
      },
      [item.did],
    ),
  );
  return (
    <li>
      <div class="gone">
        <s>
          <Number display={item.display} />
        </s>{" "}
        <button type="button" class="quiet" onClick={() => forget(item.did)}>
          {t("Dismiss")}
        </button>
      </div>
      {swap.error && <Failure error={swap.error} />}
      <div class="similar">
        {cooling ? (
          <p>{t("You held it without buying it: you can hold it again at {free_at}.", { free_at: clock(cooling.free_at) })}</p>
        ) : (
          free && (
            <button type="button" class="primary" disabled={swap.busy} onClick={() => void swap.run(item)}>
              {t("Hold it again")}
            </button>
          )
        )}
        {similar.data
          ?.filter((offer) => offer.did !== item.did)
          .slice(0, 4)
          .map((offer) => (
            <button key={offer.did} type="button" disabled={swap.busy} onClick={() => void swap.run(offer)}>
              {offer.display}
            </button>
          ))}
        {similar.data?.length === 0 && (
          <a href={`/numbers?country=${item.country ?? ""}`}>{t("Look for another in {country}", { country: country(item.country) })}</a>
        )}
      </div>
    </li>
  );
}

/** Returns available numbers that share the longest possible start with the lost one; the lost one comes first if it is available. */
async function similarTo(item: CartItem, signal: AbortSignal): Promise<Offer[]> {
  const digits = item.did.slice(1);
  for (const drop of [0, 1, 2, 3, 4]) {
    const starts_with = digits.slice(0, digits.length - drop);
    const { data } = await body(api.GET("/v1/available-dids", { params: { query: { starts_with, limit: 5 } }, signal }));
    if (data.length > (drop === 0 ? 0 : 1)) return data;
  }
  return [];
}
