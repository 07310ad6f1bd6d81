/** An order; right after checkout, the receipt. */
import { lazy, useLocation, useRoute } from "../router";
import { api, body, type Schemas } from "../api/client";
import { show } from "../model/money";
import { may } from "../model/me";
import { moment, plural } from "../model/words";
import { useLoad, useTitle } from "../ui/hooks";
import { Amount, Icon, PageHead, State } from "../ui/parts";
import { PageOf } from "../ui/ready";
import { Ringing } from "../ui/ringing";
import { OrderLines } from "../ui/orderlines";
import { rich, t } from "../language";

const LargeOrder = lazy(() => import("./buy").then((pages) => pages.LargeOrder));

export function OrderPage() {
  const id = useRoute().params.id ?? "";
  const placed = "placed" in useLocation().query;
  const order = useLoad((signal) => body(api.GET("/v1/orders/{id}", { params: { path: { id } }, signal })), [id]);
  useTitle(order.data ? t("Order {number}", { number: order.data.number }) : t("Order"));
  return (
    <PageOf of={order} title={t("Order")}>
      {(all) => (all.max_total ? <LargeOrder order={all} reload={order.reload} /> : <Receipt of={all} placed={placed} />)}
    </PageOf>
  );
}

function Receipt({ of: { number, status, lines, total, created_at, invoice_id }, placed }: { of: Schemas["Order"]; placed: boolean }) {
  return (
    <div class="receipt">
      <PageHead
        title={
          placed && status === "completed" ? (
            <>
              {lines.length === 1
                ? rich("<mark>1 number</mark> is yours", { mark: (text) => <mark>{text}</mark> })
                : rich("<mark>{numbers}</mark> are yours", { numbers: plural(lines.length, "number"), mark: (text) => <mark>{text}</mark> })}
            </>
          ) : (
            t("Order {number}", { number })
          )
        }
        lead={
          <>
            {placed && `${t("Order {number}.", { number })} `}
            {moment(created_at)}, {show(total)}. <State of={status} />
          </>
        }
      >
        <button type="button" onClick={() => print()}>
          <Icon name="print" /> {t("Print")}
        </button>
        <a class="button" href={`/invoices/${invoice_id}`}>
          {t("Invoice")}
        </a>
        <a class="button" href="/numbers">
          {t("Purchase more")}
        </a>
        <a class="button primary" href="/dids">
          {t("My DIDs")}
        </a>
      </PageHead>
      {placed && status === "completed" && (
        <section class="next" aria-label={t("What happens next")}>
          <h2>{t("What happens next")}</h2>
          <ul>
            <li>{t("A number rings nowhere before it has a destination: set one for all below, or open a number.")}</li>
            <li>
              {rich(
                "The setup and the first period are paid. Each further period is charged automatically from your balance; <a>Account</a> shows the coming charges.",
                { a: (text) => <a href="/account">{text}</a> },
              )}
            </li>
            <li>{t("You can cancel a number on its own page; it then stays yours until the end of the paid period.")}</li>
          </ul>
        </section>
      )}
      {placed && status === "completed" && may.edit.value && <Ringing dids={lines.map((l) => l.did)} />}
      <OrderLines
        lines={lines}
        foot={
          <>
            <th scope="row" colSpan={4}>
              {t("Paid")}
            </th>
            <td class="money">
              <Amount value={total} />
            </td>
          </>
        }
      />
    </div>
  );
}
