/** The frame of every page: brand, navigation, cart, user menu. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "../router";
import { cart, cartCount } from "../model/cart";
import { finding } from "../model/finding";
import { isCustomer, may, me } from "../model/me";
import { left, spaced } from "../model/words";
import { signOut } from "../session";
import { Finder } from "./finder";
import { useNow } from "./hooks";
import { LanguageChoice } from "./languages";
import { Icon, type IconName } from "./parts";
import { clearToasts } from "./toast";
import { arrive, note } from "./visits";
import { t } from "../language";

interface Place {
  path: string;
  name: string;
  icon: IconName;
}

const customerPlaces: Place[] = [
  { path: "/numbers", name: t("DID Ordering"), icon: "search" },
  { path: "/dids", name: t("My DIDs"), icon: "number" },
  { path: "/orders", name: t("Orders"), icon: "list" },
  { path: "/account", name: t("Account"), icon: "wallet" },
];

const staffPlaces: Place[] = [
  { path: "/", name: t("Home"), icon: "home" },
  { path: "/inventory", name: t("Inventory"), icon: "box" },
  { path: "/imports", name: t("Imports"), icon: "upload" },
  { path: "/packages", name: t("Packages"), icon: "tag" },
  { path: "/customers", name: t("Customers"), icon: "people" },
  { path: "/settings", name: t("Settings"), icon: "gear" },
];

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus({ preventScroll: true }); // a new page begins at its top, for the keyboard too
    if (main.current) arrive(main.current);
    clearToasts(); // of the page before
  }, [path]);
  const places = isCustomer.value ? customerPlaces : staffPlaces;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {t("Skip to content")}
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <Brand />
          <span>{me.value?.carrier.name}</span>
        </a>
        <nav class="places" aria-label={t("Main")}>
          {places.map((place) => (
            <a key={place.path} href={place.path} aria-current={isAt(path, place.path) ? "page" : undefined}>
              <Icon name={place.icon} />
              <span>{place.name}</span>
            </a>
          ))}
        </nav>
        <FindButton />
        {isCustomer.value && may.buy.value && <CartLink />}
        <Me />
      </header>
      <main id="main" ref={main} tabIndex={-1} onScroll={(event) => note({ top: event.currentTarget.scrollTop })}>
        {children}
      </main>
    </div>
  );
}

function isAt(path: string, place: string): boolean {
  if (place === "/numbers" && path === "/") return true;
  if (place === "/account" && (path === "/billing" || path.startsWith("/invoices/"))) return true;
  return place === "/" ? path === "/" : path === place || path.startsWith(`${place}/`);
}

/** The centre key of a keypad, lit. */
function Brand() {
  const dots = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => ({ row, column })));
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      {dots.map(({ row, column }) => (
        <circle
          key={`${row}${column}`}
          class={row === 1 && column === 1 ? "lit" : ""}
          cx={4 + column * 8}
          cy={4 + row * 8}
          r={row === 1 && column === 1 ? 3.4 : 2.4}
        />
      ))}
    </svg>
  );
}

/** Opens the finder: a click, Ctrl+K, or for staff / outside of the number search. */
function FindButton() {
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const field = (event.target as Element).closest?.("input, textarea, select, dialog, .search") ?? document.querySelector(".search");
      const slash = event.key === "/" && !isCustomer.value && !field && !event.ctrlKey && !event.metaKey;
      if (!slash && !(event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      finding.value = true;
    };
    document.addEventListener("keydown", open);
    return () => document.removeEventListener("keydown", open);
  }, []);
  return (
    <>
      <button type="button" class="quiet find" aria-keyshortcuts="Control+K" title={t("Find (Ctrl+K)")} onClick={() => (finding.value = true)}>
        <Icon name="search" />
        <span>{t("Find")}</span>
      </button>
      <Finder />
    </>
  );
}

function CartLink() {
  const until = cart.value?.held_until;
  const now = useNow(until != null);
  const remaining = until ? Date.parse(until) - now : 0;
  return (
    <a class={`cart-link ${cartCount.value ? "full" : ""}`} href="/cart">
      <Icon name="cart" />
      <span class="hidden">{t("Cart, held numbers:")}</span>
      <b>{cartCount.value}</b>
      {remaining > 0 && <span class="left">{left(remaining)}</span>}
    </a>
  );
}

const shut = (event: Event) => (event.currentTarget as Element).closest("details")?.removeAttribute("open");

function Me() {
  const who = me.value;
  if (!who) return null;
  return (
    <details class="me">
      <summary aria-label={t("Your account and session")}>
        <span class="initial" aria-hidden="true">
          {(who.user.name ?? who.user.id).charAt(0)}
        </span>
      </summary>
      <div class="menu">
        <p>
          <b>{who.user.name ?? who.user.id}</b>
          <br />
          {who.customer ? t("for {name}", { name: who.customer.name }) : who.user.roles.map(spaced).join(", ")}, {who.carrier.name}
        </p>
        {(may.manage.value || !isCustomer.value) && (
          <a href="/access" onClick={shut}>
            {t("Users and keys")}
          </a>
        )}
        {!isCustomer.value && (
          <a href="/audit" onClick={shut}>
            {t("Audit")}
          </a>
        )}
        {!isCustomer.value && (
          <a href="/audits" onClick={shut}>
            {t("Audits and reports")}
          </a>
        )}
        <a href="/webhooks" onClick={shut}>
          {t("Webhooks")}
        </a>
        <a href="/docs" target="_blank" rel="noreferrer">
          {t("API documentation")}
        </a>
        <LanguageChoice />
        <button type="button" onClick={() => void signOut()}>
          {t("Sign out")}
        </button>
      </div>
    </details>
  );
}
