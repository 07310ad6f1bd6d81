/** A table of some rows, all of them in the document. */
import type { ComponentChildren } from "preact";
import type { Money } from "../api/client";
import { isNegative } from "../model/money";
import { Amount, TableBox } from "./parts";

/**
 * A column: its title, its cell of a row, and the kind of its values. Amounts are
 * `money`; `bare`, if a neighbour has the currency; or `signed`, bare and with a
 * colour for money that comes in.
 */
export type TableColumn<T> =
  [title: string, cell: (row: T) => ComponentChildren, kind?: "count"] | [title: string, cell: (row: T) => Money, kind: "money" | "bare" | "signed"];

interface Props<T> {
  caption: string;
  rows: T[];
  columns: TableColumn<NoInfer<T>>[];
  /** The column that names the row. */
  named?: number;
  foot?: ComponentChildren;
}

export function Table<T>({ caption, rows, columns, named = 0, foot }: Props<T>) {
  return (
    <TableBox caption={caption}>
      <thead>
        <tr>
          {columns.map(([title, , kind]) => (
            <th key={title} scope="col" class={kind && "money"}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {columns.map(([title, cell, kind], n) => {
              const Cell = n === named ? "th" : "td";
              return (
                <Cell key={title} scope={n === named ? "row" : undefined} class={kind && "money"} data-title={title}>
                  {content(cell(row), kind)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
      {foot && (
        <tfoot>
          <tr>{foot}</tr>
        </tfoot>
      )}
    </TableBox>
  );
}

function content(value: ComponentChildren | Money, kind: TableColumn<unknown>[2]): ComponentChildren {
  if (!kind || kind === "count") return value as ComponentChildren;
  const amount = <Amount value={value as Money} bare={kind !== "money"} />;
  return kind === "signed" && !isNegative(value as Money) ? <span class="plus">{amount}</span> : amount;
}
