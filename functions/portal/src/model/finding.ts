/** The records, pages and searches that the finder offers for a text, and their paths. */
import { signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { t } from "../language";

export type Match = Schemas["Match"];

export interface Way {
  kind: string;
  name: string;
  detail: string;
  path: string;
}

/** Whether the finder is open. */
export const finding = signal(false);

const kinds: Record<Match["kind"], string> = {
  number: t("Number"),
  customer: t("Customer"),
  order: t("Order"),
  invoice: t("Invoice"),
  payment: t("Payment"),
  import: t("Import"),
  package: t("Package"),
};

/** The page of a record. Staff see orders and payments in the customer's ledger. */
export function pathOf({ kind, id, customer }: Match): string {
  const of = `/customers/${encodeURIComponent(customer ?? id)}`;
  switch (kind) {
    case "number":
      return `/inventory/${id}`;
    case "customer":
      return of;
    case "invoice":
      return `${of}/invoices/${encodeURIComponent(id)}`;
    case "order":
    case "payment":
      return `${of}?show=ledger`;
    case "import":
      return `/imports/${id}`;
    case "package":
      return "/packages";
  }
}

/** The path of a record. */
export const wayTo = (m: Match): Way => ({
  kind: kinds[m.kind],
  name: m.name,
  detail: [m.customer !== m.name && m.kind !== "customer" && m.customer, m.detail].filter(Boolean).join(" · "),
  path: pathOf(m),
});

const customerPages: [name: string, path: string][] = [
  [t("DID Ordering"), "/numbers"],
  [t("Cart"), "/cart"],
  [t("My DIDs"), "/dids"],
  [t("Orders"), "/orders"],
  [t("Account"), "/account"],
  [t("Invoices"), "/account?show=invoices"],
  [t("Billing details"), "/billing"],
  [t("Users and keys"), "/access"],
  [t("Webhooks"), "/webhooks"],
];

const staffPages: [name: string, path: string][] = [
  [t("Home"), "/"],
  [t("Search numbers"), "/numbers"],
  [t("Inventory"), "/inventory"],
  [t("Imports"), "/imports"],
  [t("Packages"), "/packages"],
  [t("Customers"), "/customers"],
  [t("Settings"), "/settings"],
  [t("Users and keys"), "/access"],
  [t("Webhooks"), "/webhooks"],
];

/** The pages whose name contains a text; all pages for no text. */
export function pagesFor(text: string, customer: boolean): Way[] {
  const asked = text.trim().toLowerCase();
  return (customer ? customerPages : staffPages)
    .filter(([name]) => name.toLowerCase().includes(asked))
    .map(([name, path]) => ({ kind: "Page", name, detail: "", path }));
}

/** The searches of a customer for a text, which may be digits. */
export function searchesFor(text: string): Way[] {
  const asked = text.trim();
  if (!asked) return [];
  const q = encodeURIComponent(asked);
  return [
    { kind: "Search", name: `Numbers for sale: ${asked}`, detail: "", path: `/numbers?q=${q}` },
    { kind: "Search", name: `My DIDs: ${asked}`, detail: "", path: `/dids?q=${q}` },
  ];
}
