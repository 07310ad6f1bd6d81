/** Talks to the API: types from its OpenAPI document, the token, problems as errors. */
import { createClient } from "./call";
import { ended, renew, token } from "../session";
import { reference } from "./reference";
import type { components, paths } from "./schema";
import { t } from "../language";

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

/** An error answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    /** Support finds the request by this id. */
    readonly reference?: string,
  ) {
    super(problem.detail?.replace(/^\//, "") ?? problem.title ?? t("The server answered {status}.", { status })); // "/label: …" names a field
  }
  get code(): string {
    return this.problem.code ?? "";
  }
}

let ahead = 0; // ms

/** The server's time, which decides when holds end: this machine's clock may be wrong. */
export const serverNow = (): number => Date.now() + ahead;

export const api = createClient(send);

const margin = 60_000; // ms: a token that ends sooner is renewed first

/** Sends a request with the user's token. If the API finds the token expired, it repeats the request once with a new one. */
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  if (token.value && token.value.expires < Date.now() + margin) await renew();
  const used = token.value;
  let response = await sendAs(request);
  if (response.status === 401) {
    if (token.value === used) await renew();
    if (token.value !== used) response = await sendAs(again);
    if (response.status === 401) ended.value = true;
  }
  const date = response.headers.get("Date");
  if (date) ahead = Date.parse(date) - Date.now();
  return response;
}

function sendAs(request: Request): Promise<Response> {
  if (token.value) request.headers.set("Authorization", `Bearer ${token.value.value}`);
  request.headers.set("X-Correlation-Id", reference());
  return fetch(request);
}

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a success; everything else is thrown as an ApiError. */
export async function body<T>(call: Promise<Result<T>>): Promise<T> {
  const asked = reference();
  let result: Result<T>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, { detail: t("The server can't be reached. Is there a network?") }, asked);
  }
  if (!result.response.ok) throw problemOf(result, asked);
  return result.data as T;
}

function problemOf({ error, response }: Result<unknown>, asked: string): ApiError {
  const problem = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  if (!problem.code && response.status >= 500) problem.detail = t("Something went wrong on our side. Try again in a moment.");
  if (response.status === 401) problem.detail = t("Your session has ended. Sign in again to go on.");
  return new ApiError(response.status, problem, asked);
}

/** Reads a whole list as one page. */
export async function whole<T>(page: (cursor?: string) => Promise<{ data: T[]; next_cursor: string | null }>): Promise<{ data: T[] }> {
  return { data: await everyPage(page) };
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
