/** An order of a customer, as staff see it. */
import { useRoute } from "../../router";
import { api, body } from "../../api/client";
import { useLoad, useTitle } from "../../ui/hooks";
import { PageOf } from "../../ui/ready";
import { LargeOrder } from "./progress";
import { t } from "../../language";

export function CustomerOrderPage() {
  const { id = "", order = "" } = useRoute().params;
  const loaded = useLoad((signal) => body(api.GET("/v1/customers/{id}/orders/{order}", { params: { path: { id, order } }, signal })), [id, order]);
  useTitle(loaded.data ? t("Order {number}", { number: loaded.data.number }) : t("Order"));
  return (
    <PageOf of={loaded} title={t("Order")}>
      {(o) => <LargeOrder order={o} customer={id} reload={loaded.reload} />}
    </PageOf>
  );
}
