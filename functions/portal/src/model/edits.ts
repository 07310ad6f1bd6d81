/** Changes of many DIDs, which run as jobs: the customer's own, or for staff those of a customer. */
import { api, body, type Schemas } from "../api/client";
import { rentalsQuery } from "./rentals";
import type { RentalFilters } from "./rentalfilters";

export type EditJob = Schemas["EditJob"];
export type EditRequest = Schemas["EditRequest"];

/** The page of the jobs, or of one of them. */
export const editsPath = (customer?: string, id?: string): string =>
  (customer ? `/customers/${encodeURIComponent(customer)}/edits` : "/edits") + (id ? `/${id}` : "");

/** The rentals that a list with these filters shows. */
export function selectionOf(filters: RentalFilters): EditRequest["select"] {
  const { sort: _, ...select } = rentalsQuery(filters);
  return Object.values(select).some(Boolean) ? select : { all: true };
}

const header = () => ({ "Idempotency-Key": crypto.randomUUID() });

export const makeEdit = (customer: string | undefined, request: EditRequest): Promise<EditJob> =>
  body(
    customer
      ? api.POST("/v1/customers/{id}/dids/edits", { params: { path: { id: customer }, header: header() }, body: request })
      : api.POST("/v1/dids/edits", { params: { header: header() }, body: request }),
  );

/** Makes a dry run of a file. */
export function makeEditByFile(customer: string | undefined, file: Blob): Promise<EditJob> {
  const csv = new Blob([file], { type: "text/csv" }) as unknown as string; // the API's document calls a file a text
  const query = { dry_run: true };
  return body(
    customer
      ? api.POST("/v1/customers/{id}/dids/edits/file", { params: { path: { id: customer }, query, header: header() }, body: csv })
      : api.POST("/v1/dids/edits/file", { params: { query, header: header() }, body: csv }),
  );
}

export const listEdits = (customer: string | undefined, cursor: string | undefined, signal: AbortSignal) =>
  body(
    customer
      ? api.GET("/v1/customers/{id}/dids/edits", { params: { path: { id: customer }, query: { cursor } }, signal })
      : api.GET("/v1/dids/edits", { params: { query: { cursor } }, signal }),
  );

export const readEdit = (customer: string | undefined, edit: string, signal?: AbortSignal): Promise<EditJob> =>
  body(
    customer
      ? api.GET("/v1/customers/{id}/edits/{edit}", { params: { path: { id: customer, edit } }, signal })
      : api.GET("/v1/edits/{id}", { params: { path: { id: edit } }, signal }),
  );

export const reportOf = (customer: string | undefined, edit: string): Promise<string> =>
  body<string>(
    customer
      ? api.GET("/v1/customers/{id}/edits/{edit}/report", { params: { path: { id: customer, edit } }, parseAs: "text" })
      : api.GET("/v1/edits/{id}/report", { params: { path: { id: edit } }, parseAs: "text" }),
  );

/** Applies a dry run, undoes a job, or stops one; returns the job that does it, or the stopped one. */
export const stepEdit = (customer: string | undefined, edit: string, step: "apply" | "undo" | "cancel"): Promise<EditJob> =>
  body(
    customer
      ? api.POST(`/v1/customers/{id}/edits/{edit}/${step}`, { params: { path: { id: customer, edit } } })
      : api.POST(`/v1/edits/{id}/${step}`, { params: { path: { id: edit } } }),
  );
