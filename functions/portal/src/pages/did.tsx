/** One of my DIDs: where it leads, what it will cost, and its end. */
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { api, ApiError, body, serverNow, type Rental, type Schemas } from "../api/client";
import { may } from "../model/me";
import { show } from "../model/money";
import { readTags, sayTags } from "../model/tags";
import { country, date, every, moment } from "../model/words";
import { Confirm } from "../ui/dialog";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { Failure, Icon, Number, PageHead, State } from "../ui/parts";
import { PageOf, Ready } from "../ui/ready";
import { Table } from "../ui/table";
import { tell } from "../ui/toast";

export function DidPage() {
  const did = decodeURIComponent(useRoute().params.did ?? "");
  const path = { did };
  const rental = useLoad((signal) => body(api.GET("/v1/dids/{did}", { params: { path }, signal })), [did]);
  const charges = useLoad((signal) => body(api.GET("/v1/dids/{did}/charges", { params: { path, query: { next: 12 } }, signal })), [did, rental.data]);
  useTitle(did);
  return (
    <PageOf of={rental} title={did}>
      {(r) => (
        <>
          <PageHead title={<Number display={r.display} />} lead={<><State of={r.state} />{r.next_event_at && `, ${whatComes(r)}`}</>}>
            <a class="button" href="/dids"><Icon name="back" /> My DIDs</a>
            {may.buy.value && <Ending rental={r} done={rental.reload} />}
          </PageHead>
          <div class="two">
            <section class="card pad">
              <h2>Settings</h2>
              <Settings key={r.did} rental={r} done={rental.reload} />
            </section>
            <section class="card pad">
              <h2>Rental</h2>
              <Facts rental={r} />
              <h2>Coming charges</h2>
              <Ready of={charges} lines={3}>{({ data }) => <Charges rows={data} />}</Ready>
            </section>
          </div>
        </>
      )}
    </PageOf>
  );
}

function Facts({ rental: r }: { rental: Rental }) {
  const facts: [string, ComponentChildren][] = [
    ["Where", [r.area, country(r.country)].filter(Boolean).join(", ")],
    ["Package", r.package.name],
    ["Price, as agreed", `${show(r.recurring)} ${every(r.interval)}`],
    ["Yours since", date(r.assigned_at)],
    ["Paid until", date(r.period_end)],
    ["Minimum term until", r.minimum_term_ends && date(r.minimum_term_ends)],
  ];
  return <dl class="facts">{facts.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Charges({ rows }: { rows: Schemas["Charge"][] }) {
  if (rows.length === 0) return <p class="quiet">None: it ends.</p>;
  return (
    <Table
      caption="Coming charges" rows={rows}
      columns={[
        ["When", (charge) => <>{date(charge.at)} {charge.owed && <span class="short">owed</span>}</>],
        ["Net", (charge) => charge.net, "bare"],
        ["Tax", (charge) => charge.tax, "bare"],
        ["Amount", (charge) => charge.amount, "money"],
      ]}
    />
  );
}

const comes: Record<string, string> = {
  active: "renews", past_due: "is suspended unless it is paid by", suspended: "is released", pending_release: "ends", aging: "is back on sale",
};

const whatComes = (r: Rental) => `${comes[r.state] ?? "changes"} ${moment(r.next_event_at ?? "")}`;

function Settings({ rental, done }: { rental: Rental; done: () => void }) {
  const [label, setLabel] = useState(rental.label ?? "");
  const [destination, setDestination] = useState(rental.destination ?? "");
  const [tags, setTags] = useState(sayTags(rental.tags));
  const save = useAction(
    useCallback(async () => {
      await body(api.PATCH("/v1/dids/{did}", {
        params: { path: { did: rental.did } },
        body: { label: label || null, destination: destination || null, tags: readTags(tags) },
      }));
      tell("Saved.");
      done();
    }, [rental.did, label, destination, tags, done]),
  );
  const off = !may.buy.value || rental.state === "aging" || rental.state === "ported_out";
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <div class="field"><label for="label">Label</label><input id="label" value={label} maxLength={100} disabled={off} placeholder="Front desk" onInput={(event) => setLabel(event.currentTarget.value)} /></div>
      <div class="field">
        <label for="destination">Destination</label>
        <input id="destination" value={destination} disabled={off} placeholder="+44 20 7946 0123 or sip:desk@example.com" aria-describedby="destination-hint" onInput={(event) => setDestination(event.currentTarget.value)} />
        <span id="destination-hint" class="hint">Where calls go: a number with its plus, or a SIP address.</span>
      </div>
      <div class="field">
        <label for="tags">Tags</label>
        <input id="tags" value={tags} disabled={off} placeholder="sales, berlin" aria-describedby="tags-hint" onInput={(event) => setTags(event.currentTarget.value)} />
        <span id="tags-hint" class="hint">Words between commas.</span>
      </div>
      {save.error && <Failure error={save.error} />}
      {!off && <p><button type="submit" class="primary" disabled={save.busy}>Save</button></p>}
    </form>
  );
}

/** Cancel, take that back, or get it back: what the state allows. */
function Ending({ rental, done }: { rental: Rental; done: () => void }) {
  const [asking, setAsking] = useState(false);
  const { route } = useLocation();
  const params = { path: { did: rental.did } };
  const restore = useAction(useCallback(async () => {
    await body(api.POST("/v1/dids/{did}/restore", { params }));
    tell(`${rental.display} stays yours.`);
    done();
  }, [rental.did, done]));
  const cancel = useCallback(async () => {
    await body(api.DELETE("/v1/dids/{did}", { params }));
    setAsking(false);
    done();
  }, [rental.did, done]);
  const reclaim = useCallback(async () => {
    const total = rental.reclaim?.total;
    if (!total) throw new ApiError(409, { detail: "It can't be reclaimed any more." });
    const key = `reclaim-${rental.did}-${rental.period_end}`;
    const order = await body(api.POST("/v1/dids/{did}/reclaim", { params: { ...params, header: { "Idempotency-Key": key } }, body: { total } }));
    route(`/orders/${order.id}?placed`);
  }, [rental, route]);
  if (restore.error) return <Failure error={restore.error} />;
  switch (rental.state) {
    case "pending_release":
      return <button type="button" class="primary" disabled={restore.busy} onClick={() => void restore.run()}>Keep it</button>;
    case "aging":
      return rental.reclaim ? (
        <>
          <button type="button" class="primary" onClick={() => setAsking(true)}>Get it back</button>
          <Confirm open={asking} close={() => setAsking(false)} title={`Rent ${rental.display} again?`} yes={`Pay ${show(rental.reclaim.total)}`} run={reclaim}>
            <p>At today’s price and without a setup charge, until {moment(rental.reclaim.until)}.</p>
          </Confirm>
        </>
      ) : null;
    case "active":
    case "past_due":
    case "suspended":
      return (
        <>
          <button type="button" class="danger" onClick={() => setAsking(true)}>Cancel it</button>
          <Confirm open={asking} close={() => setAsking(false)} title={`Give ${rental.display} up?`} yes="Cancel the rental" danger run={cancel}>
            <p>
              {rental.state !== "active" ? "It is unpaid, so it ends at once." : `It stays yours until ${date(rental.first_end ?? rental.period_end)}, which is paid. Until then you can take this back.`}
              {rental.cancellable_from && Date.parse(rental.cancellable_from) > serverNow() && ` The minimum term allows it from ${date(rental.cancellable_from)} on.`}
            </p>
          </Confirm>
        </>
      );
    default:
      return null;
  }
}
