import { expect, test, vi } from "vitest";

vi.stubGlobal("location", new URL("http://localhost/"));
vi.stubGlobal("addEventListener", () => undefined);
const { match } = await import("./router");

test.each([
  ["/", "/", {}],
  ["/dids/:did", "/dids/+442079460000", { did: "+442079460000" }],
  ["/customers/:id/invoices/:invoice", "/customers/alice/invoices/alice-1", { id: "alice", invoice: "alice-1" }],
  ["/dids/:did", "/dids", null],
  ["/dids", "/dids/+442079460000", null],
  ["/dids/:did", "/orders/1", null],
])("%s and %s", (pattern, path, params) => {
  expect(match(pattern, path)).toEqual(params);
});
