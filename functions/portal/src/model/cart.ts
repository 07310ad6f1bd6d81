/** The cart: what is held, and what no longer is although nobody here gave it back. */
import { computed, signal } from "@preact/signals";
import { api, body, type Cart, type CartItem, type Schemas } from "../api/client";
import { keep, kept } from "./me";

export type Outcome = Schemas["HoldOutcome"];

export const cart = signal<Cart | null>(null);

/** Lines that lapsed or went to somebody else since they were held here. */
export const lost = signal<CartItem[]>([]);

/** What went in this session, into the cart or to others: lists lose it at once, seconds before a search does. */
export const taken = signal<ReadonlySet<string>>(new Set());

export const cartCount = computed(() => cart.value?.items.length ?? 0);

const remembered = (): CartItem[] => JSON.parse(kept("cart-lines") ?? "[]") as CartItem[];

/** Takes what the API says the cart is now; `left` are DIDs that left it by our own doing. */
function take(now: Cart, left: string[] = []): void {
  const here = new Set(now.items.map((item) => item.did));
  const known = [...lost.value, ...remembered()];
  const missing = known.filter((item) => !here.has(item.did) && !left.includes(item.did));
  lost.value = [...new Map(missing.map((item) => [item.did, item])).values()];
  cart.value = now;
  keep("cart-lines", [...now.items, ...lost.value]);
}

export async function loadCart(): Promise<void> {
  take(await body(api.GET("/v1/cart")));
}

export async function hold(dids: string[]): Promise<Outcome[]> {
  const answer = await body(api.POST("/v1/cart/items", { body: { dids } }));
  return settle(answer);
}

function settle(answer: Schemas["HoldAnswer"]): Outcome[] {
  const away = answer.results.filter((result) => result.outcome !== "cart_full").map((result) => result.did);
  taken.value = new Set([...taken.value, ...away]);
  take(answer.cart);
  return answer.results;
}

/** Holds a run of consecutive DIDs. */
export async function holdRun(start: string, count: number): Promise<Outcome[]> {
  const answer = await body(api.POST("/v1/cart/items", { body: { start, count } }));
  return settle(answer);
}

export async function giveBack(did: string): Promise<void> {
  await body(api.DELETE("/v1/cart/items/{did}", { params: { path: { did } } }));
  taken.value = new Set([...taken.value].filter((other) => other !== did));
  take(await body(api.GET("/v1/cart")), [did]);
}

/** Takes a lost line off the list: the customer has seen that it is gone. */
export function forget(did: string): void {
  lost.value = lost.value.filter((item) => item.did !== did);
  keep("cart-lines", [...(cart.value?.items ?? []), ...lost.value]);
}

export async function extend(): Promise<void> {
  take(await body(api.POST("/v1/cart/extend")));
}

/** The cart was bought. */
export async function bought(dids: string[]): Promise<void> {
  take(await body(api.GET("/v1/cart")), dids);
}
