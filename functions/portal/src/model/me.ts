/** The user of the page and their permissions (the API decides; the page only hides what the API would refuse). */
import { computed, signal } from "@preact/signals";
import { api, body, type Me } from "../api/client";
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
  buy: computed((): boolean => may.edit.value && me.value?.customer?.purchasing === "allowed"),
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
