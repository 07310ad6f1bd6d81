/** Runs of consecutive numbers. A part of each can go into the cart, from its start or from a chosen number. */
import { useCallback, useMemo, useState } from "preact/hooks";
import { heldUntil, holdRun } from "../model/cart";
import { marker } from "../model/match";
import { may } from "../model/me";
import { multiply, show, sum } from "../model/money";
import type { Query } from "../model/query";
import { displayLike, mostOfRun, readPart, type Part } from "../model/run";
import type { Rows } from "../model/rows";
import type { Row } from "../model/search";
import { capital, count, country, every, plural } from "../model/words";
import { Dialog } from "./dialog";
import { Field, Form, type Values } from "./form";
import { Grid, type Column } from "./grid";
import { useAction } from "./hooks";
import { Failure, Number as Did, Recurring } from "./parts";
import { tell } from "./toast";
import { rich, t } from "../language";

interface Props {
  query: Query;
  list: string;
  rows: Rows<Row>;
  total: number;
  stale: boolean;
}

export function Runs({ query, list, rows, total, stale }: Props) {
  const wanted = Number(query.consecutive);
  const [chosen, choose] = useState<Row | null>(null);
  const hold = useCallback(async (row: Row, part: Part) => {
    const outcomes = await holdRun(part.start, part.count);
    const held = outcomes.filter((o) => o.outcome === "held" || o.outcome === "already_held").length;
    if (held)
      tell(
        <>
          {rich("{numbers} from {display} on held for you{heldUntil}. <a>Proceed To Cart</a>", {
            numbers: plural(held, "number"),
            display: displayLike(row.display, part.start),
            heldUntil: heldUntil(),
            a: (text) => <a href="/cart">{text}</a>,
          })}
        </>,
      );
    if (held < outcomes.length)
      tell(
        t("{numbers} could not be held: {detail}.", {
          numbers: plural(outcomes.length - held, "number"),
          detail: outcomes.find((o) => o.detail)?.detail ?? t("another customer was faster"),
        }),
        "bad",
      );
  }, []);
  const add = useAction(useCallback((row: Row) => hold(row, { start: row.did, count: wanted }), [hold, wanted]));
  const columns = useMemo(() => columnsFor(query, wanted, (row) => void add.run(row), choose), [query, wanted, add.run]);
  return (
    <>
      {add.error && <Failure error={add.error} />}
      <Grid
        label={t("Runs of available numbers")}
        kind="runs"
        list={list}
        rows={rows}
        total={total}
        columns={columns}
        open={may.buy.value ? choose : undefined}
        stale={stale}
      />
      <Dialog open={chosen !== null} close={() => choose(null)} title={t("Numbers of this run")}>
        {chosen && <Choice row={chosen} wanted={wanted} hold={hold} close={() => choose(null)} />}
      </Dialog>
    </>
  );
}

/** Asks for the wanted numbers of a run. */
function Choice({ row, wanted, hold, close }: { row: Row; wanted: number; hold: (row: Row, part: Part) => Promise<void>; close: () => void }) {
  const [values, setValues] = useState<Values>({ first: row.display, count: String(wanted) });
  const part = readPart(row, values);
  const each = sum([row.setup, row.recurring]);
  return (
    <Form
      yes={t("Add to cart")}
      close={close}
      changed={setValues}
      send={async (sent) => {
        const now = readPart(row, sent);
        if (typeof now === "string") throw new Error(now);
        await hold(row, now);
      }}
    >
      <p>
        {t("{display} to {display2}: {numbers} in a row.", {
          display: row.display,
          display2: displayLike(row.display, row.end ?? row.did),
          numbers: plural(row.length ?? 1, "number"),
        })}
      </p>
      <div class="pair">
        <Field name="first" label={t("From")} value={row.display} hint={t("The last digits are enough.")} required />
        <Field name="count" label={t("How many")} type="number" min={1} max={Math.min(mostOfRun, row.length ?? 1)} value={String(wanted)} required />
      </div>
      <p role="status">
        {typeof part === "string" ? (
          part
        ) : (
          <>
            {rich("To {display}, {value} with setup and one period each, before tax.", {
              display: <b>{displayLike(row.display, part.end)}</b>,
              value: each.map((m) => show(multiply(m, part.count))).join(" + "),
            })}
          </>
        )}
      </p>
    </Form>
  );
}

function columnsFor(query: Query, wanted: number, add: (row: Row) => void, choose: (row: Row) => void): Column<Row>[] {
  const mark = marker(query.q ?? "");
  return [
    { name: "did-cell", title: t("From"), cell: (row) => <Did display={row.display} mark={mark} /> },
    {
      name: "length",
      title: t("Length"),
      cell: (row) => (
        <>
          {count(row.length ?? 1)} <small class="unit">{t("in a row")}</small>
        </>
      ),
    },
    { name: "area", title: t("Area"), cell: (row) => row.area ?? country(row.country) },
    { name: "recurring money", title: t("Each"), cell: (row) => <Recurring of={row} /> },
    { name: "interval", title: t("Billing"), cell: (row) => capital(every(row.interval)) },
    {
      name: "add",
      title: t("Add"),
      cell: (row) =>
        may.buy.value && (
          <>
            <button type="button" class="quiet" tabIndex={-1} aria-label={t("Choose from {display}", { display: row.display })} onClick={() => choose(row)}>
              {t("Choose")}
            </button>
            <button type="button" tabIndex={-1} onClick={() => add(row)}>
              {t("Add {wanted}", { wanted })}
            </button>
          </>
        ),
    },
  ];
}
