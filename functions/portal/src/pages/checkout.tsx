/** The checkout button, and the state of a checkout that got no answer. */
import { useCallback, useEffect } from "preact/hooks";
import { useLocation } from "../router";
import { api, ApiError, body, type Cart, type Schemas } from "../api/client";
import { answered, attempt, begin, lostAnswer, mayStillArrive, untouched } from "../model/attempt";
import { bought, loadCart } from "../model/cart";
import { show } from "../model/money";
import { useAction, useNow } from "../ui/hooks";
import { Failure } from "../ui/parts";
import { t } from "../language";

/** Reports whether the API decided about the order: without an answer, or with one of status 5xx, it may have been made. */
const isDecided = (error: unknown): boolean => error instanceof ApiError && error.status >= 400 && error.status < 500 && error.code !== "in_progress";

export function Checkout({ view }: { view: Cart }) {
  const { route } = useLocation();
  const action = useAction(
    useCallback(async () => {
      const { key } = begin(view);
      try {
        const order = (await body(api.POST("/v1/orders", { params: { header: { "Idempotency-Key": key } }, body: { total: view.total } }))) as Schemas["Order"];
        answered();
        await bought(order.dids).catch(() => undefined); // the order exists; the cart is read again later
        route(`/orders/${order.id}?placed`);
      } catch (error) {
        if (isDecided(error)) answered();
        else lostAnswer();
        await loadCart().catch(() => undefined);
        throw error;
      }
    }, [view, route]),
  );
  return (
    <>
      {action.error && isDecided(action.error) && <Failure error={action.error} />}
      {view.needs_approval && (
        <p>{t("An owner of your company or the carrier must approve this order. Until then nothing is charged and the numbers stay reserved.")}</p>
      )}
      <button type="button" class="button primary big" disabled={action.busy} onClick={() => void action.run()}>
        {view.needs_approval ? (
          t("Ask for approval of {total}", { total: show(view.total) })
        ) : action.busy ? (
          t("Buying …")
        ) : (
          <>{t("Checkout: pay {total}", { total: show(view.total) })}</>
        )}
      </button>
    </>
  );
}

const interval = 3000; // ms between two looks for a late order

/** Shows the state of a checkout without an answer, and checks for its order until none can come any more. */
export function Unanswered({ view }: { view: Cart }) {
  const now = useNow(attempt.value !== null);
  const open = attempt.value;
  const waits = open !== null && open.unanswered && mayStillArrive(open, now);
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => void loadCart().catch(() => undefined), interval);
    return () => clearInterval(timer);
  }, [waits]);
  if (!open?.unanswered || !untouched(open, view)) return null;
  return (
    <section class="lost" aria-label={t("Checkout without an answer")} role="status">
      <h2>{t("Your checkout got no answer")}</h2>
      {waits ? (
        <p>{t("It may still succeed; we check for its order every few seconds. You can press Checkout again safely: the same order is placed only once.")}</p>
      ) : (
        <p>{t("It placed no order: its numbers are still in your cart, unpaid. Press Checkout to try again.")}</p>
      )}
    </section>
  );
}
