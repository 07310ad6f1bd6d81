/** Runs of consecutive numbers, from each of which as many as were asked for go into the cart. */
import { useCallback, useMemo } from "preact/hooks";
import { holdRun } from "../model/cart";
import { marker } from "../model/match";
import { may } from "../model/me";
import type { Query } from "../model/query";
import type { Row, Search } from "../model/search";
import { capital, count, country, every, plural } from "../model/words";
import { Grid, type Column } from "./grid";
import { useAction } from "./hooks";
import { Amount, Failure, Number as Did } from "./parts";
import { tell } from "./toast";

const settles = 2000; // ms until a search knows what was held

export function Runs({ query, search, rows, total }: { query: Query; search: Search; rows: Row[]; total: number }) {
  const wanted = Number(query.consecutive);
  const add = useAction(
    useCallback(async (row: Row) => {
      const outcomes = await holdRun(row.did, wanted);
      const held = outcomes.filter((o) => o.outcome === "held" || o.outcome === "already_held").length;
      if (held) tell(<>{plural(held, "number")} from {row.display} on held for you for 15 minutes. <a href="/cart">Proceed To Cart</a></>);
      if (held < outcomes.length) tell(`${plural(outcomes.length - held, "number")} could not be held: ${outcomes.find((o) => o.detail)?.detail ?? "somebody else was quicker"}.`, "bad");
      setTimeout(search.retry, settles);
    }, [wanted, search.retry]),
  );
  const columns = useMemo(() => columnsFor(query, wanted, (row) => void add.run(row)), [query, wanted, add.run]);
  return (
    <>
      {add.error && <Failure error={add.error} />}
      <Grid
        label="Runs of available numbers" kind="runs" rows={rows} total={total} keyOf={(row) => row.did} columns={columns}
        open={may.buy.value ? (row) => void add.run(row) : undefined} more={search.more} stale={search.stale}
      />
    </>
  );
}

function columnsFor(query: Query, wanted: number, add: (row: Row) => void): Column<Row>[] {
  const mark = marker(query.q ?? "");
  return [
    { name: "did-cell", title: "From", cell: (row) => <Did display={row.display} mark={mark} /> },
    { name: "length", title: "In a row", cell: (row) => count(row.length ?? 1) },
    { name: "area", title: "Area", cell: (row) => row.area ?? country(row.country) },
    { name: "recurring money", title: "Each", cell: (row) => <Amount value={row.recurring} /> },
    { name: "interval", title: "Charged", cell: (row) => capital(every(row.interval)) },
    { name: "add", title: "Add", cell: (row) => may.buy.value && <button type="button" tabIndex={-1} onClick={() => add(row)}>Add {wanted}</button> },
  ];
}
