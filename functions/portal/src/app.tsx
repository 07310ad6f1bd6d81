/** Chooses the page: by the user, then by the path. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { lazy, Router, useLocation } from "./router";
import { isCustomer, loadMe, me } from "./model/me";
import { loadCart } from "./model/cart";
import { restoreSelection } from "./model/selection";
import { asking, callbackPath, ended, finishSignIn, signIn, token } from "./session";
import { CartPage } from "./pages/cart";
import { InvitationPage, invitationPath } from "./pages/invitation";
import { NumbersPage } from "./pages/numbers";
import { OrderPage } from "./pages/order";
import { StartPage } from "./pages/start";
import { Dialog } from "./ui/dialog";
import { useAction } from "./ui/hooks";
import { Failure, PageHead, Skeleton } from "./ui/parts";
import { Shell } from "./ui/shell";
import { Toasts } from "./ui/toast";
import { t } from "./language";

export function App() {
  return (
    <>
      <Gate />
      <SignInAgain />
      <Toasts />
    </>
  );
}

/** Shows the page to users with a token, and the sign-in to others. */
function Gate() {
  const { path } = useLocation();
  if (path === callbackPath) return <Callback />;
  if (path === invitationPath) return <InvitationPage />;
  if (!token.value) return asking.value ? <Waiting /> : <StartPage />;
  return me.value ? <Pages /> : <Arrival />;
}

function Callback() {
  const { route } = useLocation();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    finishSignIn().then((to) => route(to, true), setError);
  }, []);
  return error ? <StartPage error={error} /> : <Waiting />;
}

/** Asks the user to sign in again after the session ended during work; the page keeps its content. */
function SignInAgain() {
  const again = useAction(useCallback(() => signIn(location.pathname + location.search), []));
  return (
    <Dialog open={ended.value} close={() => (ended.value = false)} title={t("Your session has ended")}>
      <p>{t("Sign in again to continue: your search, your selection and your cart are kept.")}</p>
      {again.error && <Failure error={again.error} />}
      <div class="buttons">
        <button type="button" class="primary" disabled={again.busy} onClick={() => void again.run()}>
          {t("Sign in again")}
        </button>
      </div>
    </Dialog>
  );
}

/** Asks the API for the user of the token. */
function Arrival() {
  const [error, setError] = useState<Error>();
  const load = () => {
    setError(undefined);
    loadMe()
      .then(() => {
        restoreSelection();
        return isCustomer.value ? loadCart() : undefined;
      })
      .catch(setError);
  };
  useEffect(load, []);
  return error ? (
    <main class="start">
      <Failure error={error} retry={load} />
    </main>
  ) : (
    <Waiting />
  );
}

function Waiting() {
  return (
    <main class="start">
      <Skeleton lines={3} />
    </main>
  );
}

// Search, cart and receipt are in the first file. Every other page is a file of its own that loads when it is first shown.
const staff = (name: keyof typeof import("./pages/staff")) => lazy(() => import("./pages/staff").then((pages) => pages[name]));

const PackagesPage = lazy(() => import("./pages/staff/packages").then((pages) => pages.PackagesPage));

const AccessPage = lazy(() => import("./pages/staff").then((pages) => pages.AccessPage));

const DidsPage = lazy(() => import("./pages/dids").then((pages) => pages.DidsPage));
const IdlePage = lazy(() => import("./pages/idle").then((pages) => pages.IdlePage));
const DidPage = lazy(() => import("./pages/did").then((pages) => pages.DidPage));
const OrdersPage = lazy(() => import("./pages/orders").then((pages) => pages.OrdersPage));
const AccountPage = lazy(() => import("./pages/account").then((pages) => pages.AccountPage));
const TopUpPage = lazy(() => import("./pages/topup").then((pages) => pages.TopUpPage));
const ReturnPage = lazy(() => import("./pages/topup").then((pages) => pages.ReturnPage));
const CreditNotePage = lazy(() => import("./pages/creditnote").then((pages) => pages.CreditNotePage));
const InvoicePage = lazy(() => import("./pages/invoice").then((pages) => pages.InvoicePage));

const WebhooksPage = lazy(() => import("./pages/webhooks").then((pages) => pages.WebhooksPage));

const EditsPage = lazy(() => import("./pages/edits").then((pages) => pages.EditsPage));
const EditPage = lazy(() => import("./pages/edits").then((pages) => pages.EditPage));

const BuyPage = lazy(() => import("./pages/buy").then((pages) => pages.BuyPage));
const CustomerOrderPage = lazy(() => import("./pages/buy").then((pages) => pages.CustomerOrderPage));

const AuditPage = lazy(() => import("./pages/audit").then((pages) => pages.AuditPage));

const AuditsPage = lazy(() => import("./pages/audits").then((pages) => pages.AuditsPage));

const BillingPage = lazy(() => import("./pages/billing").then((pages) => pages.BillingPage));

const customerPages = [
  ["/numbers", NumbersPage],
  ["/cart", CartPage],
  ["/buy", BuyPage],
  ["/orders", OrdersPage],
  ["/orders/:id", OrderPage],
  ["/dids", DidsPage],
  ["/edits", EditsPage],
  ["/edits/:id", EditPage],
  ["/idle", IdlePage],
  ["/dids/:did", DidPage],
  ["/account", AccountPage],
  ["/account/top-ups", TopUpPage],
  ["/account/top-ups/:id", ReturnPage],
  ["/billing", BillingPage],
  ["/invoices/:invoice", InvoicePage],
  ["/access", AccessPage],
  ["/webhooks", WebhooksPage],
  ["/webhooks/:id", WebhooksPage],
] as const;

const staffPages = [
  ["/", staff("HomePage")],
  ["/numbers", NumbersPage],
  ["/inventory", staff("InventoryPage")],
  ["/inventory/:did", staff("InventoryPage")],
  ["/imports", staff("ImportsPage")],
  ["/imports/:id", staff("ImportPage")],
  ["/packages", PackagesPage],
  ["/customers", staff("CustomersPage")],
  ["/customers/:id", staff("CustomerPage")],
  ["/rentals", staff("RentalsPage")],
  ["/customers/:id/billing", BillingPage],
  ["/customers/:id/edits", EditsPage],
  ["/customers/:id/edits/:edit", EditPage],
  ["/customers/:id/orders/:order", CustomerOrderPage],
  ["/customers/:id/invoices/:invoice", InvoicePage],
  ["/customers/:id/invoices/:invoice/credit", CreditNotePage],
  ["/settings", staff("SettingsPage")],
  ["/audit", AuditPage],
  ["/audits", AuditsPage],
  ["/access", AccessPage],
  ["/webhooks", WebhooksPage],
  ["/webhooks/:id", WebhooksPage],
] as const;

function Pages() {
  const { path } = useLocation();
  if (isCustomer.value && path === "/") return <ToNumbers />;
  const pages = isCustomer.value ? customerPages : staffPages;
  return (
    <Shell>
      <Router pages={pages} other={NotFound} />
    </Shell>
  );
}

function ToNumbers() {
  const { route } = useLocation();
  useEffect(() => route("/numbers", true), []);
  return null;
}

function NotFound() {
  return (
    <div class="page">
      <PageHead title={t("Page not found")} lead={t("The address is wrong, or the page belongs to another account.")} />
      <p>
        <a class="button primary" href="/">
          {t("Go to the home page")}
        </a>
      </p>
    </div>
  );
}
