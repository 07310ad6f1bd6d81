/** The selected numbers. They stay selected when the search changes and when their customer signs in again. */
import { signal } from "@preact/signals";
import type { Offer } from "../api/client";
import { keep, kept } from "./me";

export const selected = signal<ReadonlyMap<string, Offer>>(new Map());

addEventListener("pagehide", () => keep("selected", [...selected.value]));

/** Restores the selection of the same user from before the page was left. */
export function restoreSelection(): void {
  selected.value = new Map(JSON.parse(kept("selected") ?? "[]") as [string, Offer][]);
}

/** Adds offers to the selection, or removes them. */
export function select(offers: Offer[], on: boolean): void {
  const next = new Map(selected.value);
  for (const offer of offers) {
    if (on) next.set(offer.did, offer);
    else next.delete(offer.did);
  }
  selected.value = next;
}
