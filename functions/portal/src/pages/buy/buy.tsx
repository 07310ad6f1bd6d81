/** Buy many: the form, the preview of the order, and the order. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "../../router";
import { ApiError, api, body, type Schemas } from "../../api/client";
import { waitsFor } from "../../model/me";
import { show } from "../../model/money";
import { readQuery, type Query } from "../../model/query";
import { plural } from "../../model/words";
import { useAction, useTitle } from "../../ui/hooks";
import { Failure, PageHead, Tabs } from "../../ui/parts";
import { Wanted } from "./wanted";
import { Preview } from "./preview";
import type { Request } from "./request";
import { t } from "../../language";

type Plan = Schemas["OrderPlan"];

/** A request and what it would buy. The key makes a repeat of the order harmless. */
interface Planned {
  request: Request;
  plan: Plan;
  key: string;
}

export function BuyPage() {
  useTitle(t("Buy many"));
  const { query: address, route } = useLocation();
  const byList = address.show === "list";
  const [planned, setPlanned] = useState<Planned | null>(null);
  const shown = useRef<HTMLElement>(null);
  const preview = useAction(
    useCallback(async (request: Request) => {
      setPlanned(null);
      const plan = (await body(api.POST("/v1/orders", { params: { header: {} }, body: { ...request, dry_run: true } }))) as Plan;
      setPlanned({ request, plan, key: crypto.randomUUID() });
    }, []),
  );
  const buy = useAction(
    useCallback(
      async ({ request, plan, key }: Planned) => {
        const order = (await body(
          api.POST("/v1/orders", { params: { header: { "Idempotency-Key": key } }, body: { ...request, max_total: plan.total } }),
        )) as Schemas["Order"];
        route(`/orders/${order.id}?placed`);
      },
      [route],
    ),
  );
  useEffect(() => {
    if (planned) shown.current?.focus(); // the preview is below the form on a narrow page
  }, [planned]);
  const query: Query = readQuery(address);
  return (
    <div class="page">
      <PageHead title={t("Buy many")} lead={t("Up to 5,000 numbers in one order, without the cart.")} />
      <Tabs
        label={t("How to choose the numbers")}
        at={byList ? "list" : ""}
        tabs={[
          ["", t("By criteria")],
          ["list", t("From a list")],
        ]}
      />
      <div class="two">
        <Wanted key={String(byList)} byList={byList} query={query} busy={preview.busy} send={(request) => void preview.run(request)} />
        <section ref={shown} tabIndex={-1} aria-label={t("Preview")}>
          {preview.error && <Failure error={preview.error} />}
          {planned && (
            <Preview plan={planned.plan} partial={planned.request.partial === true}>
              <p class="buttons">
                <button type="button" class="primary big" disabled={buy.busy} onClick={() => void buy.run(planned)}>
                  {buy.busy
                    ? t("Ordering …")
                    : waitsFor(planned.plan.total)
                      ? t("Ask for approval of {total}", { total: show(planned.plan.total) })
                      : t("Buy {numbers}", { numbers: plural(planned.plan.available, "number") })}
                </button>
              </p>
            </Preview>
          )}
          {buy.error && (
            <>
              <Failure error={buy.error} />
              {!(buy.error instanceof ApiError) && <p>{t("The order may have been placed. Press Buy again safely: it is placed only once.")}</p>}
            </>
          )}
        </section>
      </div>
    </div>
  );
}
