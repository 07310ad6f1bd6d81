/** The numbers of an order, with their prices. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client";
import { country } from "../model/words";
import { Number, Recurring } from "./parts";
import { Table } from "./table";

/** `foot` is the table's last row. */
export function OrderLines({ lines, foot }: { lines: Schemas["Order"]["lines"]; foot?: ComponentChildren }) {
  return (
    <Table
      caption="Numbers of the order"
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
        ["Area", (l) => l.area ?? country(l.country)],
        ["Package", (l) => l.package.name],
        ["Setup cost", (l) => l.setup, "bare"],
        ["Recurring cost", (l) => <Recurring of={l} />, "count"],
      ]}
      foot={foot}
    />
  );
}
