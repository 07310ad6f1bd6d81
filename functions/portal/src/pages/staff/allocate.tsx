/** Assigns numbers to a customer: those of a form, or those that are selected in the search. */
import { useRef, useState } from "preact/hooks";
import { api, ApiError, body, everyPage, type Money, type Schemas } from "../../api/client";
import { taken } from "../../model/cart";
import { show } from "../../model/money";
import { selected } from "../../model/selection";
import { plural } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useLoad } from "../../ui/hooks";
import { tell } from "../../ui/toast";
import { rich, t } from "../../language";

interface Props {
  /** If none is given, the form asks for the customer, or for the numbers. */
  customer?: Schemas["Customer"];
  chosen?: string[];
  done: () => void;
}

/** Shows today's total first, which staff then confirm. */
export function Allocate({ customer, chosen, done }: Props) {
  const [total, setTotal] = useState<Money>();
  const key = useRef("");
  const customers = useLoad(
    (signal) =>
      customer ? Promise.resolve([customer]) : everyPage((cursor) => body(api.GET("/v1/customers", { params: { query: { limit: 200, cursor } }, signal }))),
    [],
  );
  const label = customer ? t("Assign numbers") : t("Assign to a customer");
  return (
    <FormDialog
      label={label}
      title={customer ? t("Assign numbers to {name}", { name: customer.name }) : t("Assign {numbers}", { numbers: plural(chosen?.length ?? 0, "number") })}
      yes={total ? t("Assign for {total}", { total: show(total) }) : t("Show the price")}
      primary={!customer}
      changed={() => setTotal(undefined)}
      send={async (v) => {
        const dids = chosen ?? (v.dids ?? "").split(/[\n,;]+/).filter((did) => did.trim());
        const buyer = customer ?? customers.data?.find((c) => c.id === v.customer);
        if (!buyer) throw new Error(t("Choose the customer."));
        try {
          const order = (await body(
            api.POST("/v1/customers/{id}/dids", {
              params: { path: { id: buyer.id }, header: { "Idempotency-Key": key.current || "price" } },
              body: { dids, total: total ?? { amount: "-1", currency: buyer.balance.currency } }, // which no order costs
            }),
          )) as Schemas["Order"];
          tell(t("Order {number}: {DIDs} for {total}.", { number: order.number, DIDs: plural(order.dids.length, "DID"), total: show(order.total) }));
          setTotal(undefined);
          done();
        } catch (error) {
          if (!(error instanceof ApiError) || error.code !== "total_changed") throw error;
          setTotal(error.problem.total);
          key.current = crypto.randomUUID();
          if (!total) return false;
          throw error;
        }
      }}
    >
      {!customer && (
        <Field
          name="customer"
          label={t("Customer")}
          options={[["", t("Choose")], ...(customers.data ?? []).map((c): [string, string] => [c.id, c.name === c.id ? c.id : `${c.name} (${c.id})`])]}
        />
      )}
      {!chosen && (
        <Field
          name="dids"
          label={t("Numbers")}
          lines={4}
          placeholder="+44 20 7946 0000"
          hint={t("One per line, or separated by commas; at most 90.")}
          required
        />
      )}
    </FormDialog>
  );
}

/** The numbers that staff selected in the search. */
export function AssignTray() {
  const chosen = [...selected.value.keys()];
  const clear = () => {
    selected.value = new Map();
  };
  if (chosen.length === 0) return null;
  return (
    <section class="tray" aria-label={t("Selected DIDs")}>
      <div class="tray-line">
        <p class="sum">{rich("Selected DIDs {chosen}", { chosen: <b>{chosen.length}</b> })}</p>
        <button type="button" class="quiet" onClick={clear}>
          {t("Clear")}
        </button>
        <Allocate
          chosen={chosen}
          done={() => {
            taken.value = new Set([...taken.value, ...chosen]);
            clear();
          }}
        />
      </div>
    </section>
  );
}
