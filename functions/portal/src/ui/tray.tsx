/** The selected DIDs: their number, their price, and the button that holds them. */
import { useState } from "preact/hooks";
import type { Offer } from "../api/client";
import { cartCount } from "../model/cart";
import { sum } from "../model/money";
import { count } from "../model/words";
import { Amounts, Failure, Icon } from "./parts";

interface Props {
  offers: Offer[];
  busy: boolean;
  error: Error | null;
  add: () => void;
  clear: () => void;
  drop: (offer: Offer) => void;
}

export function SelectionTray({ offers, busy, error, add, clear, drop }: Props) {
  const [listed, setListed] = useState(false);
  const total = sum(offers.flatMap((offer) => [offer.setup, offer.recurring]));
  if (offers.length === 0 && cartCount.value === 0) return null;
  return (
    <section class="tray" aria-label="Selected DIDs">
      {error && <Failure error={error} />}
      {listed && offers.length > 0 && (
        <ul class="picked">
          {offers.map((offer) => (
            <li key={offer.did}>
              <button type="button" aria-label={`Take ${offer.display} out`} onClick={() => drop(offer)}>
                {offer.display}
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="tray-line">
        <button type="button" class="quiet count" aria-expanded={listed} disabled={offers.length === 0} onClick={() => setListed(!listed)}>
          Selected DIDs <b>{count(offers.length)}</b>
        </button>
        <p class="sum" role="status">
          {offers.length > 0 && (
            <>
              <b>
                <Amounts values={total} />
              </b>{" "}
              <small>setup and one period each, before tax</small>
            </>
          )}
        </p>
        {offers.length > 0 && (
          <button type="button" class="quiet" onClick={clear}>
            Clear
          </button>
        )}
        {offers.length > 0 && (
          <button type="button" class="button primary" disabled={busy} onClick={add}>
            {busy ? "Holding …" : "Add Selected DIDs To Cart"}
          </button>
        )}
        {cartCount.value > 0 && (
          <a class={`button ${offers.length ? "" : "primary"}`} href="/cart">
            Proceed To Cart <b>{cartCount.value}</b>
          </a>
        )}
      </div>
    </section>
  );
}
