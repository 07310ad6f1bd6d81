/** Talks to the API: types from its OpenAPI document, the token, problems as errors. */
import createClient from "openapi-fetch";
import { dropToken, token } from "../session";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Money = Schemas["Money"];
export type Offer = Schemas["Offer"];
export type Cart = Schemas["CartView"];
export type CartItem = Schemas["CartItem"];
export type Order = Schemas["Order"];
export type Rental = Schemas["Rental"];
export type Me = Schemas["Me"];
export type Invoice = Exclude<paths["/v1/invoices/{invoice}"]["get"]["responses"][200]["content"]["application/json"], string>;
export type Problem = Schemas["Problem"];

/** An answer that is no success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
  }
  get code(): string {
    return this.problem.code ?? "";
  }
}

let ahead = 0; // ms

/** The server's time, by which holds end: the clock of this machine may be wrong. */
export const serverNow = (): number => Date.now() + ahead;

export const api = createClient<paths>({ baseUrl: location.origin });

api.use({
  onRequest({ request }) {
    if (token.value) request.headers.set("Authorization", `Bearer ${token.value.value}`);
    return request;
  },
  onResponse({ response }) {
    const date = response.headers.get("Date");
    if (date) ahead = Date.parse(date) - Date.now();
    if (response.status === 401) dropToken();
  },
});

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a success; everything else is thrown as an ApiError. */
export async function body<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, { detail: "The server can't be reached. Is there a network?" });
  }
  if (!result.response.ok) throw problemOf(result);
  return result.data as T;
}

function problemOf({ error, response }: Result<unknown>): ApiError {
  const problem = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  if (!problem.code && response.status >= 500) problem.detail = "Something went wrong on our side. Try again in a moment.";
  return new ApiError(response.status, problem);
}

/** Follows a list to its end. */
export async function everyPage<T>(page: (cursor?: string) => Promise<{ data: T[]; next_cursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, next_cursor } = await page(cursor);
    all.push(...data);
    cursor = next_cursor ?? undefined;
  } while (cursor);
  return all;
}
