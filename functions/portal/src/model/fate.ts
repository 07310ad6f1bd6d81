/** Finds the fate of lines that left the cart without an action in this tab. It asks the API; the page says nothing about money before the answer. */
import { api, body, type Order } from "../api/client";
import type { LostItem } from "./cart";

/** `bought` names the order. `unknown`: the API could not be asked. */
export type Fate = { kind: "bought"; id: string; number: string } | { kind: "not_bought" } | { kind: "unknown" };

const margin = 60_000; // ms; a cart may be read a little after another tab's order
const page = 20;
const mostPages = 10;

/**
 * Returns the fate of each line by its DID. A checkout removes the lines in the
 * transaction that makes the order, so a line that is gone, and that no order
 * since it was seen names, was not bought.
 */
export async function askFates(lines: LostItem[], orders = listOrders): Promise<Map<string, Fate>> {
  const since = Math.min(...lines.map((line) => line.seen)) - margin;
  const found = await ordersSince(since, orders).catch(() => null);
  return new Map(lines.map((line) => [line.did, fateOf(line.did, found)]));
}

type ListOrders = (cursor?: string) => Promise<{ data: Order[]; next_cursor: string | null }>;

const listOrders: ListOrders = (cursor) => body(api.GET("/v1/orders", { params: { query: { limit: page, cursor } } }));

/** Returns the orders made since, or null if there are more than may be read. */
async function ordersSince(since: number, list: ListOrders): Promise<Order[] | null> {
  const all: Order[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < mostPages; read++) {
    const { data, next_cursor } = await list(cursor);
    const recent = data.filter((order) => Date.parse(order.created_at) >= since);
    all.push(...recent);
    if (recent.length < data.length || !next_cursor) return all;
    cursor = next_cursor;
  }
  return null;
}

function fateOf(did: string, orders: Order[] | null): Fate {
  if (!orders) return { kind: "unknown" };
  const order = orders.find((each) => each.dids.includes(did));
  return order ? { kind: "bought", id: order.id, number: order.number } : { kind: "not_bought" };
}
