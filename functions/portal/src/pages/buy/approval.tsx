/** The approval of an order: what it waits for, and the decision. */
import { useState } from "preact/hooks";
import { api, ApiError, body, type Money, type Order } from "../../api/client";
import { isCustomer, may } from "../../model/me";
import { show } from "../../model/money";
import { moment } from "../../model/words";
import { Ask } from "../../ui/ask";
import { Field, FormDialog } from "../../ui/form";
import { useAction } from "../../ui/hooks";
import { Failure, Icon } from "../../ui/parts";
import { tell } from "../../ui/toast";
import { t } from "../../language";

export interface Props {
  order: Order;
  /** Staff: the customer whose order it is. */
  customer?: string | undefined;
  done: () => void;
}

/** An order that waits for an approval: who asked, until when, and the buttons that end the wait. */
export function Approval({ order, customer, done }: Props) {
  const { approval, ordered_by: by } = order;
  if (!approval?.total || !approval.deadline) return null;
  return (
    <section class="note" aria-label={t("Approval")}>
      <Icon name="clock" />
      <div>
        <p>{t("{name} asked for this order on {at}. It costs {total}.", { name: nameOf(by), at: moment(order.created_at), total: show(approval.total) })}</p>
        <p>
          {t(
            "An owner of the customer or the carrier must approve it by {deadline}, or it is rejected. Until then nothing is charged and the numbers stay reserved.",
            {
              deadline: moment(approval.deadline),
            },
          )}
        </p>
        <Decision order={order} customer={customer} done={done} />
        {isCustomer.value && may.buy.value && <Withdraw order={order} done={done} />}
      </div>
    </section>
  );
}

/** The decision about an order, as a sentence; null before. A decline is among the order's reasons. */
export function Approved({ order: { approval } }: { order: Order }) {
  if (approval?.decision !== "approved" || !approval.decided_at) return null;
  const at = moment(approval.decided_at);
  return (
    <p>
      {approval.decided_by?.id ? t("{name} approved it on {at}.", { name: nameOf(approval.decided_by), at }) : t("The carrier approved it on {at}.", { at })}
    </p>
  );
}

export const nameOf = (by: Order["ordered_by"]): string => by?.name ?? by?.id ?? t("Somebody");

/** Approve and decline, for users who are allowed to decide. Another total than the asked one has to be confirmed. */
export function Decision({ order, customer, done }: Props) {
  const [today, setToday] = useState<Money>();
  const approve = useAction(async () => {
    try {
      await body(
        customer
          ? api.POST("/v1/customers/{id}/orders/{order}/approve", { params: { path: { id: customer, order: order.id } }, body: { total: today } })
          : api.POST("/v1/orders/{id}/approve", { params: { path: { id: order.id } }, body: { total: today } }),
      );
      tell(t("Order {number} is approved.", { number: order.number }));
      done();
    } catch (error) {
      if (error instanceof ApiError && error.code === "total_changed") setToday(error.problem.total ?? undefined);
      throw error;
    }
  });
  const total = today ?? order.approval?.total;
  if (!total || !(customer ? may.allocate.value : may.approve.value)) return null;
  return (
    <>
      {approve.error && <Failure error={approve.error} />}
      <div class="buttons">
        <button type="button" class="primary" disabled={approve.busy} onClick={() => void approve.run()}>
          {t("Approve: pay {total}", { total: show(total) })}
        </button>
        <Decline order={order} customer={customer} done={done} />
      </div>
    </>
  );
}

function Decline({ order, customer, done }: Props) {
  return (
    <FormDialog
      label={t("Decline")}
      title={t("Decline order {number}", { number: order.number })}
      yes={t("Decline")}
      send={async ({ reason = "" }) => {
        await body(
          customer
            ? api.POST("/v1/customers/{id}/orders/{order}/decline", { params: { path: { id: customer, order: order.id } }, body: { reason } })
            : api.POST("/v1/orders/{id}/decline", { params: { path: { id: order.id } }, body: { reason } }),
        );
        tell(t("Order {number} is declined.", { number: order.number }));
        done();
      }}
    >
      <Field name="reason" label={t("Reason")} hint={t("The person who ordered reads it.")} maxLength={200} required />
    </FormDialog>
  );
}

function Withdraw({ order, done }: Props) {
  return (
    <p class="buttons">
      <Ask
        label={t("Withdraw the order")}
        title={t("Withdraw order {number}?", { number: order.number })}
        no={t("Keep order")}
        run={async () => {
          await body(api.POST("/v1/orders/{id}/cancel", { params: { path: { id: order.id } } }));
          done();
        }}
      >
        <p>{t("Its numbers become free again.")}</p>
      </Ask>
    </p>
  );
}
