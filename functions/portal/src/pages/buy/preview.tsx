/** What an order would buy, and what it would cost. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { show } from "../../model/money";
import { count, plural } from "../../model/words";
import { Amount, FactList, Recurring } from "../../ui/parts";
import { Table } from "../../ui/table";

type Plan = Schemas["OrderPlan"];

const named = 3; // numbers that the preview names

export function Preview({ plan, partial, children }: { plan: Plan; partial: boolean; children: ComponentChildren }) {
  const { available, requested, missing } = plan;
  const first = plan.dids.slice(0, named).join(", ");
  return (
    <div class="flow">
      <h2>
        {count(available)} of {plural(requested, "number")} {available === 1 ? "is" : "are"} available
      </h2>
      {missing > 0 && !partial && <p>This order would be refused: {plural(missing, "number")} can't be had. Choose other numbers, or accept fewer.</p>}
      {available > 0 && (
        <>
          <Table
            caption="The numbers by package"
            rows={plan.packages}
            columns={[
              ["Package", (p) => p.package.name],
              ["Numbers", (p) => count(p.count), "count"],
              ["Setup cost", (p) => p.setup, "bare"],
              ["Recurring cost", (p) => <Recurring of={p} />, "count"],
            ]}
          />
          <p>
            {first}
            {available > named && ` and ${count(available - named)} more`}
          </p>
          <FactList
            of={[
              ["Setup", <Amount key="setup" value={plan.setup_total} />],
              ["First period", <Amount key="first" value={plan.first_charge_total} />],
              ["Tax", <Amount key="tax" value={plan.tax} />],
              ["Total", <b key="total">{show(plan.total)}</b>],
            ]}
          />
          {(missing === 0 || partial) && children}
        </>
      )}
    </div>
  );
}
