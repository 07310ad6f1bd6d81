/** The cart: the held numbers, and the numbers that left it without an action in this tab. */
import { computed, signal } from "@preact/signals";
import { api, body, serverNow, type Cart, type CartItem, type Schemas } from "../api/client";
import { answered, attempt, restoreAttempt } from "./attempt";
import { askFates, type Fate } from "./fate";
import { keep, kept } from "./me";
import { clock } from "./words";
import { t } from "../language";

export type Outcome = Schemas["HoldOutcome"];

export const cart = signal<Cart | null>(null);

/** A line with the moment at which this tab first saw it. */
export type LostItem = CartItem & { seen: number };

/** Lines that left the cart without an action in this tab: lapsed, or removed or bought elsewhere. */
export const lost = signal<LostItem[]>([]);

/** The fate of each lost line by its DID; a line without one is still being checked. */
export const fates = signal<ReadonlyMap<string, Fate>>(new Map());

/** Numbers that were held or taken in this session. Lists hide them immediately, seconds before a search does. */
export const taken = signal<ReadonlySet<string>>(new Set());

export const cartCount = computed(() => cart.value?.items.length ?? 0);

const remembered = (): LostItem[] => JSON.parse(kept("cart-lines") ?? "[]") as LostItem[];

let asked = Promise.resolve(); // one question at a time

/** Takes the cart as the API answered it; `left` are DIDs that this tab removed or bought. */
function take(now: Cart, left: string[] = []): void {
  const here = new Set(now.items.map((item) => item.did));
  const known = new Map([...lost.value, ...remembered()].map((item) => [item.did, item]));
  lost.value = [...known.values()].filter((item) => !here.has(item.did) && !left.includes(item.did));
  fates.value = new Map([...fates.value].filter(([did]) => !here.has(did))); // a number that was held again has no fate yet
  cart.value = now;
  keep("cart-lines", [...now.items.map((item) => ({ ...item, seen: known.get(item.did)?.seen ?? serverNow() })), ...lost.value]);
  asked = asked.then(askLost);
}

/** Asks for the fate of the lost lines that are still being checked. */
export async function askLost(): Promise<void> {
  const open = lost.value.filter((item) => (fates.value.get(item.did)?.kind ?? "unknown") === "unknown");
  if (open.length > 0) fates.value = new Map([...fates.value, ...(await askFates(open))]);
  if (attempt.value?.dids.some((did) => fates.value.get(did)?.kind === "bought")) answered();
}

export async function loadCart(): Promise<void> {
  if (!cart.value) restoreAttempt();
  take(await body(api.GET("/v1/cart")));
}

export async function hold(dids: string[]): Promise<Outcome[]> {
  const answer = await body(api.POST("/v1/cart/items", { body: { dids } }));
  return outcomesOf(answer);
}

/** Reports whether the number is for sale although this customer can't hold it now. */
export const isLimited = ({ outcome }: Outcome) => outcome === "cart_full" || outcome === "hold_limit" || outcome === "cooldown";

function outcomesOf(answer: Schemas["HoldAnswer"]): Outcome[] {
  const away = answer.results.filter((result) => !isLimited(result)).map((result) => result.did);
  taken.value = new Set([...taken.value, ...away]);
  take(answer.cart);
  return answer.results;
}

/** Holds a run of consecutive DIDs. */
export async function holdRun(start: string, count: number): Promise<Outcome[]> {
  const answer = await body(api.POST("/v1/cart/items", { body: { start, count } }));
  return outcomesOf(answer);
}

/** " until 14:05 UTC", the end of the holds. */
export const heldUntil = (): string => (cart.value?.held_until ? ` ${t("until {time}", { time: clock(cart.value.held_until) })}` : "");

export async function giveBack(did: string): Promise<void> {
  await body(api.DELETE("/v1/cart/items/{did}", { params: { path: { did } } }));
  taken.value = new Set([...taken.value].filter((other) => other !== did));
  take(await body(api.GET("/v1/cart")), [did]);
}

/** Removes lost lines that the customer has seen. */
export function forget(...dids: string[]): void {
  lost.value = lost.value.filter((item) => !dids.includes(item.did));
  keep(
    "cart-lines",
    remembered().filter((item) => !dids.includes(item.did)),
  );
}

/** Extends the holds; returns the numbers that were not extended, with the reason. */
export async function extend(): Promise<Outcome[]> {
  const view = await body(api.POST("/v1/cart/extend"));
  take(view);
  return view.not_extended ?? [];
}

/** The cart was bought. */
export async function bought(dids: string[]): Promise<void> {
  take(await body(api.GET("/v1/cart")), dids);
}
