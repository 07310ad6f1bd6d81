/** The checkout whose answer this tab waits for. It survives a reload, so the page always knows that the customer may have paid. */
import { signal } from "@preact/signals";
import { serverNow, type Cart, type Money } from "../api/client";
import { keep, kept } from "./me";

export interface Attempt {
  key: string;
  version: number;
  total: Money;
  dids: string[];
  sent: number; // ms since the epoch, by the server's clock
  /** No answer came, or a reload interrupted the wait. */
  unanswered: boolean;
}

/** A request ends with its work within 30 s; later than this its outcome is final. */
const arrivesWithin = 60_000; // ms

export const attempt = signal<Attempt | null>(null);

/** Reads the attempt that a reload interrupted. */
export function restoreAttempt(): void {
  const before = JSON.parse(kept("checkout") ?? "null") as Attempt | null;
  attempt.value = before && { ...before, unanswered: true };
}

const matches = (of: Attempt, view: Cart): boolean =>
  of.version === view.version && of.total.amount === view.total.amount && of.total.currency === view.total.currency;

/**
 * Notes the attempt before it is sent. The same cart keeps its key until an
 * answer came, so pressing Checkout again after a lost answer buys nothing twice.
 */
export function begin(view: Cart): Attempt {
  const before = attempt.value;
  const key = before && matches(before, view) ? before.key : crypto.randomUUID();
  const now = { key, version: view.version, total: view.total, dids: view.items.map((item) => item.did), sent: serverNow(), unanswered: false };
  keep("checkout", now);
  attempt.value = now;
  return now;
}

/** The answer was lost: the order may have been made. */
export function lostAnswer(): void {
  if (attempt.value) attempt.value = { ...attempt.value, unanswered: true };
}

/** The API answered: bought, or refused for good. */
export function answered(): void {
  keep("checkout", null);
  attempt.value = null;
}

/** Reports whether the attempt may still place an order. */
export const mayStillArrive = (of: Attempt, now: number): boolean => now - of.sent < arrivesWithin;

/** Reports whether all DIDs of the attempt are still in the cart, so that it has placed no order so far. */
export const untouched = (of: Attempt, view: Cart): boolean => {
  const here = new Set(view.items.map((item) => item.did));
  return of.dids.every((did) => here.has(did));
};
