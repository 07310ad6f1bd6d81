/** The selected DIDs: their number, their price, and the button that holds them. */
import { useState } from "preact/hooks";
import type { Offer } from "../api/client";
import { cartCount } from "../model/cart";
import { sum } from "../model/money";
import { count } from "../model/words";
import { Amounts, Failure, Icon } from "./parts";
import { rich, t } from "../language";

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
    <section class="tray" aria-label={t("Selected DIDs")}>
      {error && <Failure error={error} />}
      {listed && offers.length > 0 && (
        <ul class="picked">
          {offers.map((offer) => (
            <li key={offer.did}>
              <button type="button" aria-label={t("Take {display} out", { display: offer.display })} onClick={() => drop(offer)}>
                {offer.display}
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="tray-line">
        <button type="button" class="quiet count" aria-expanded={listed} disabled={offers.length === 0} onClick={() => setListed(!listed)}>
          {rich("Selected DIDs {offers}", { offers: <b>{count(offers.length)}</b> })}
        </button>
        <p class="sum" role="status">
          {offers.length > 0 && (
            <>
              <b>
                <Amounts values={total} />
              </b>{" "}
              <small>{t("setup and one period each, before tax")}</small>
            </>
          )}
        </p>
        {offers.length > 0 && (
          <button type="button" class="quiet" onClick={clear}>
            {t("Clear")}
          </button>
        )}
        {offers.length > 0 && (
          <button type="button" class="button primary" disabled={busy} onClick={add}>
            {busy ? t("Holding …") : t("Add Selected DIDs To Cart")}
          </button>
        )}
        {cartCount.value > 0 && (
          <a class={`button ${offers.length ? "" : "primary"}`} href="/cart">
            {rich("Proceed To Cart {value}", { value: <b>{cartCount.value}</b> })}
          </a>
        )}
      </div>
    </section>
  );
}
