/** What an order would buy, and what it would cost. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client";
import { show } from "../../model/money";
import { count, plural } from "../../model/words";
import { Amount, FactList, Recurring } from "../../ui/parts";
import { Table } from "../../ui/table";
import { t } from "../../language";

type Plan = Schemas["OrderPlan"];

const named = 3; // numbers that the preview names

export function Preview({ plan, partial, children }: { plan: Plan; partial: boolean; children: ComponentChildren }) {
  const { available, requested, missing } = plan;
  const first = plan.dids.slice(0, named).join(", ");
  return (
    <div class="flow">
      <h2>
        {available === 1
          ? t("1 of {numbers} is available", { numbers: plural(requested, "number") })
          : t("{available} of {numbers} are available", { available, numbers: plural(requested, "number") })}
      </h2>
      {missing > 0 && !partial && (
        <p>{t("This order would be refused: {numbers} can't be had. Choose other numbers, or accept fewer.", { numbers: plural(missing, "number") })}</p>
      )}
      {available > 0 && (
        <>
          <Table
            caption={t("The numbers by package")}
            rows={plan.packages}
            columns={[
              [t("Package"), (p) => p.package.name],
              [t("Numbers"), (p) => count(p.count), "count"],
              [t("Setup cost"), (p) => p.setup, "bare"],
              [t("Recurring cost"), (p) => <Recurring of={p} />, "count"],
            ]}
          />
          <p>{available > named ? t("{few} and {names} more", { few: first, names: available - named }) : first}</p>
          <FactList
            of={[
              [t("Setup"), <Amount key="setup" value={plan.setup_total} />],
              [t("First period"), <Amount key="first" value={plan.first_charge_total} />],
              [t("Tax"), <Amount key="tax" value={plan.tax} />],
              [t("Total"), <b key="total">{show(plan.total)}</b>],
            ]}
          />
          {(missing === 0 || partial) && children}
        </>
      )}
    </div>
  );
}
