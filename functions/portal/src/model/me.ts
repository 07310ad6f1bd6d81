/** The user of the page and their permissions (the API decides; the page only hides what the API would refuse). */
import { computed, signal } from "@preact/signals";
import { api, body, type Me, type Money } from "../api/client";
import { compare } from "./money";
import { setZone } from "./words";

export const me = signal<Me | null>(null);

const whoKey = "who";

/** Values that this tab keeps for its user, and hides from the next user. */
const keptKeys = ["selected", "cart-lines", "checkout", "lists", "drafts"] as const;

export const kept = (key: (typeof keptKeys)[number]): string | null => sessionStorage.getItem(key);
export const keep = (key: (typeof keptKeys)[number], value: unknown): void => sessionStorage.setItem(key, JSON.stringify(value));

export async function loadMe(): Promise<void> {
  const now = await body(api.GET("/v1/me"));
  if (sessionStorage.getItem(whoKey) !== now.user.id) for (const key of keptKeys) sessionStorage.removeItem(key);
  sessionStorage.setItem(whoKey, now.user.id);
  setZone(now.carrier.time_zone);
  me.value = now;
}

const has = (...roles: string[]) => me.value?.user.roles.some((role) => roles.includes(role)) ?? false;

export const isCustomer = computed(() => me.value?.customer != null);
export const isStaff = computed(() => me.value !== null && me.value.customer === null);

export const may = {
  /** Rentals of the own company. */
  edit: computed(() => isCustomer.value && has("buyer", "owner")),
  /** Hold and buy. */
  buy: computed((): boolean => may.edit.value && me.value?.customer != null && me.value.customer.purchasing !== "search_only"),
  /** Decide about orders of the own company that wait for an approval. */
  approve: computed(() => me.value?.customer?.approval.may_approve ?? false),
  /** Users and API keys. */
  manage: computed(() => has(isStaff.value ? "admin" : "owner")),
  /** Reports as files. */
  report: computed(() => isStaff.value && has("admin", "customer_success", "sales", "billing")),
  /** Webhooks. */
  hook: computed(() => (isStaff.value ? has("admin") : has("buyer", "owner"))),
  import: computed(() => isStaff.value && has("admin")),
  price: computed(() => isStaff.value && has("admin")),
  pay: computed(() => isStaff.value && has("admin", "billing")),
  allocate: computed(() => isStaff.value && has("admin", "sales")),
  withhold: computed(() => isStaff.value && has("admin", "customer_success")),
};

/** Reports whether the user's order of this total waits for an approval. The API decides; this only chooses the button's words. */
export function waitsFor(total: Money): boolean {
  const own = me.value?.customer?.approval;
  return own?.needed === true && (own.above === null || compare(total, own.above) > 0);
}
