/**
 * Who is signed in: OIDC's authorization code flow with PKCE, by oauth4webapi.
 * The tokens are kept in the session storage of each tab and nowhere else; tabs
 * tell each other. The access token is renewed automatically for as long as the
 * issuer allows.
 */
import { signal } from "@preact/signals";
import * as oauth from "oauth4webapi";
import { ask, follow, oneTab, tell, tellOver, type Session } from "./tabs";

const tokenKey = "session";
const pendingKey = "signing-in";
export const callbackPath = "/signed-in";

interface Token extends Session {
  value: string;
  expires: number; // ms since the epoch
  /** The refresh token, by which a new token is requested; some issuers give none. */
  refresh?: string;
}

interface Pending {
  verifier: string;
  state: string;
  returnTo: string;
}

/** The token of requests; null when no user is signed in. */
export const token = signal<Token | null>(restore());

/** The session ended during work: the page stays, and asks the user to sign in again. */
export const ended = signal(false);

function restore(): Token | null {
  const text = sessionStorage.getItem(tokenKey);
  const kept = text ? (JSON.parse(text) as Token) : null;
  if (!kept || !(kept.refresh || kept.expires > Date.now())) return null;
  return { ...kept, id: kept.id ?? crypto.randomUUID() }; // a session from before sessions had ids
}

function keep(grant: oauth.TokenEndpointResponse, id: string): void {
  const refresh = grant.refresh_token ?? token.value?.refresh; // Cognito gives it once
  take({ id, value: grant.access_token, expires: Date.now() + (grant.expires_in ?? 3600) * 1000, refresh });
  tell(token.value as Token);
}

function take(kept: Token): void {
  sessionStorage.setItem(tokenKey, JSON.stringify(kept));
  token.value = kept;
  ended.value = false;
}

follow<Token>({
  current: () => (ended.value ? null : token.value),
  changed: take,
  over: () => {
    sessionStorage.clear();
    location.assign("/");
  },
});

/** Whether another tab may still hand over its session. */
export const asking = signal(token.value === null);

if (asking.value) {
  void ask<Token>((found) => {
    if (!token.value) take(found);
  }).then(() => (asking.value = false));
}

interface Issuer {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  options: { [oauth.allowInsecureRequests]: boolean };
}

let found: Promise<Issuer> | undefined;

function issuer(): Promise<Issuer> {
  found ??= discover().catch((error) => {
    found = undefined; // the next click asks again
    throw error;
  });
  return found;
}

async function discover(): Promise<Issuer> {
  const config = (await (await fetch("/config.json")).json()) as { issuer: string; client_id: string };
  const url = new URL(config.issuer);
  const options = { [oauth.allowInsecureRequests]: url.protocol === "http:" };
  const response = await oauth.discoveryRequest(url, options);
  const server = await oauth.processDiscoveryResponse(url, response);
  return { server, client: { client_id: config.client_id }, options };
}

const redirectURI = () => location.origin + callbackPath;

/** Opens the issuer's sign-in page, which redirects to returnTo afterwards. */
export async function signIn(returnTo: string): Promise<void> {
  const { server, client } = await issuer();
  const pending: Pending = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), returnTo };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const url = new URL(server.authorization_endpoint ?? "");
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectURI(),
    response_type: "code",
    scope: "openid",
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
    state: pending.state,
  }).toString();
  location.assign(url);
}

/** Exchanges the issuer's code for tokens. Returns the path of the page to show next. */
export async function finishSignIn(): Promise<string> {
  const text = sessionStorage.getItem(pendingKey);
  sessionStorage.removeItem(pendingKey);
  if (!text) return "/"; // the page was opened by hand
  const pending = JSON.parse(text) as Pending;
  const { server, client, options } = await issuer();
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), pending.state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectURI(), pending.verifier, options);
  keep(await oauth.processAuthorizationCodeResponse(server, client, response), crypto.randomUUID());
  return pending.returnTo;
}

let renewing: Promise<void> | undefined;

/** Requests a new token, once for all callers at the same time. If it fails, the session has ended. */
export function renew(): Promise<void> {
  const old = token.value;
  renewing ??= oneTab("renew the session", async () => {
    if (token.value === old) await refresh(); // else another tab was quicker
  })
    .catch((error: unknown) => {
      if (error instanceof TypeError) return; // no network: the token may still be valid
      sessionStorage.removeItem(tokenKey);
      if (token.value) token.value = { ...token.value, refresh: undefined };
      ended.value = true;
    })
    .finally(() => (renewing = undefined));
  return renewing;
}

async function refresh(): Promise<void> {
  if (!token.value?.refresh) throw new Error("there is nothing to renew the session with");
  const { server, client, options } = await issuer();
  const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token.value.refresh, options);
  keep(await oauth.processRefreshTokenResponse(server, client, response), token.value.id);
}

/**
 * Forgets the tokens, has the issuer void the refresh token, so that a copy of it
 * renews nothing, and ends the issuer's session where it has an address for that.
 */
export async function signOut(): Promise<void> {
  const refresh = token.value?.refresh;
  if (token.value) tellOver(token.value.id);
  sessionStorage.clear();
  token.value = null;
  const found = await issuer();
  const { server, client } = found;
  if (refresh) await revoke(found, refresh);
  if (!server.end_session_endpoint) {
    location.assign("/");
    return;
  }
  const url = new URL(server.end_session_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    post_logout_redirect_uri: location.origin + "/",
    logout_uri: location.origin + "/", // Cognito's name for this parameter
  }).toString();
  location.assign(url);
}

/** Revokes the token (RFC 7009). After a failure the user is signed out all the same; the token expires within hours. */
async function revoke({ server, client, options }: Issuer, refresh: string): Promise<void> {
  if (!server.revocation_endpoint) return;
  try {
    const signal = AbortSignal.timeout(3000); // the person is waiting
    const response = await oauth.revocationRequest(server, client, oauth.None(), refresh, { ...options, signal });
    await oauth.processRevocationResponse(response);
  } catch (error) {
    console.warn("the refresh token was not revoked", error);
  }
}
