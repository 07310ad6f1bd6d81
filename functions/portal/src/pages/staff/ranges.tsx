/** What the carrier offers, range by range, with how much of each is in use. */
import { useLocation } from "preact-iso";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { country, count } from "../../model/words";
import { Field, FormDialog, type Values } from "../../ui/form";
import { Pages } from "../../ui/pages";
import { Empty, TableBox } from "../../ui/parts";

export type Range = Schemas["Range"];

export function Ranges() {
  const { query, route } = useLocation();
  const starts = query.starts_with?.replace(/\D/g, "") || undefined;
  return (
    <>
      <div class="toolbar">
        <h2>Ranges</h2>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const digits = String(new FormData(event.currentTarget).get("starts")).replace(/\D/g, "");
            route(digits ? `/inventory?starts_with=${digits}` : "/inventory");
          }}
        >
          <label class="hidden" for="starts">Ranges that begin with</label>
          <input id="starts" name="starts" type="search" placeholder="Begins with, such as 4420" defaultValue={starts} />
        </form>
        {may.withhold.value && <Change action="withhold" label="Withhold" text="They are taken off sale one by one, until they are returned. Rented ones stay rented." />}
        {may.withhold.value && <Change action="return" label="Return" text="Withheld numbers go on sale again." />}
        {may.import.value && <Change action="withdraw" label="Withdraw" text="They are offered no longer. Rented ones stay rented, held ones may still be bought." />}
        {may.import.value && <Change action="reprice" label="Re-price" text="New rentals cost what the package says; who rents already keeps the price agreed." />}
      </div>
      <Pages
        deps={[starts]}
        load={(cursor, signal) => body(api.GET("/v1/ranges", { params: { query: { starts_with: starts, cursor } }, signal }))}
        empty={<Empty title={starts ? "No range begins so" : "Nothing is offered yet"} icon="box">{may.import.value && <p><a class="button primary" href="/imports">Import a file</a></p>}</Empty>}
      >
        {(ranges) => (
          <TableBox caption="Ranges">
            <thead><tr><th scope="col">Numbers</th><th scope="col">Area</th><th scope="col">Package</th><th scope="col" class="money">Offered</th><th scope="col">In use</th><th scope="col" class="money">Rented</th><th scope="col" class="money">Free</th></tr></thead>
            <tbody>
              {ranges.map((r) => (
                <tr key={`${r.start}-${r.package}`}>
                  <th scope="row"><a class="plain" href={`/numbers?q=${encodeURIComponent(commonStart(r))}`}>{`${r.start}\u00a0– ${r.end}`}</a>{r.scattered && <small> scattered</small>}</th>
                  <td>{r.area ?? country(r.country)}</td>
                  <td>{r.package}</td>
                  <td class="money">{count(r.count)}</td>
                  <td><Use of={r} /></td>
                  <td class="money">{count(r.rented)}</td>
                  <td class="money">{count(r.available)}</td>
                </tr>
              ))}
            </tbody>
          </TableBox>
        )}
      </Pages>
    </>
  );
}

/** The digits that all numbers of a range begin with. */
function commonStart({ start, end }: Range): string {
  let n = 0;
  while (n < start.length && start[n] === end[n]) n++;
  return start.slice(0, n);
}

/** A bar: rented, held, resting, withheld; the rest is free. */
export function Use({ of }: { of: Pick<Range, "count" | "rented" | "held" | "aging" | "withheld"> }) {
  const parts = [["rented", of.rented], ["held", of.held], ["aging", of.aging], ["withheld", of.withheld]] as const;
  const said = parts.filter(([, n]) => n > 0).map(([name, n]) => `${count(n)} ${name}`).join(", ") || "all free";
  return (
    <span class="use" role="img" aria-label={said} title={said}>
      {parts.map(([name, n]) => n > 0 && <span key={name} class={name} style={{ width: `${(n / Math.max(1, of.count)) * 100}%` }} />)}
    </span>
  );
}

type Action = "withhold" | "return" | "withdraw" | "reprice";

/** A change of a span of numbers, which runs as a job. */
function Change({ action, label, text }: { action: Action; label: string; text: string }) {
  const { route } = useLocation();
  const send = async (v: Values) => {
    const span = { start: v.start ?? "", end: v.end || v.start || "", mode: "partial" as const };
    const job = action === "reprice"
      ? await body(api.POST("/v1/ranges/reprice", { body: { ...span, package: v.package ?? "" } }))
      : await body(api.POST(`/v1/ranges/${action}`, { body: span }));
    route(`/imports/${job.id}`);
  };
  return (
    <FormDialog label={label} title={`${label} numbers`} yes={label} send={send}>
      <p class="hint">{text}</p>
      <div class="pair">
        <Field name="start" label="From" placeholder="+442079460000" required />
        <Field name="end" label="To" placeholder="+442079460099" hint="Empty: this one number." />
      </div>
      {action === "reprice" && <Field name="package" label="Package" placeholder="standard" required />}
    </FormDialog>
  );
}
