/** What is selected stays while searches come and go, and while its customer signs in anew. */
import { signal } from "@preact/signals";
import type { Offer } from "../api/client";
import { keep, kept } from "./me";

export const selected = signal<ReadonlyMap<string, Offer>>(new Map());

addEventListener("pagehide", () => keep("selected", [...selected.value]));

/** Takes up what the same user had selected when the page was left. */
export function restoreSelection(): void {
  selected.value = new Map(JSON.parse(kept("selected") ?? "[]") as [string, Offer][]);
}

/** Adds offers to the selection, or takes them out of it. */
export function select(offers: Offer[], on: boolean): void {
  const next = new Map(selected.value);
  for (const offer of offers) on ? next.set(offer.did, offer) : next.delete(offer.did);
  selected.value = next;
}
