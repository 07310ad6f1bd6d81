/** The numbers of an order, with their prices. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client";
import { country } from "../model/words";
import { Number, Recurring } from "./parts";
import { Table } from "./table";
import { t } from "../language";

/** `foot` is the table's last row. */
export function OrderLines({ lines, foot }: { lines: Schemas["Order"]["lines"]; foot?: ComponentChildren }) {
  return (
    <Table
      caption={t("Numbers of the order")}
      rows={lines}
      columns={[
        [
          "DID",
          (l) => (
            <a href={`/dids/${l.did}`}>
              <Number display={l.display} />
            </a>
          ),
        ],
        [t("Area"), (l) => l.area ?? country(l.country)],
        [t("Package"), (l) => l.package.name],
        [t("Setup cost"), (l) => l.setup, "bare"],
        [t("Recurring cost"), (l) => <Recurring of={l} />, "count"],
      ]}
      foot={foot}
    />
  );
}
