/** One rented number: its settings, its coming charges, and cancelling it. */
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { useLocation, useRoute } from "../router";
import { api, ApiError, body, serverNow, type Rental, type Schemas } from "../api/client";
import { may } from "../model/me";
import { show } from "../model/money";
import { sayPrice } from "../model/price";
import { draftOf, keepDraft } from "../model/drafts";
import { readTags, sayTags } from "../model/tags";
import { capital, country, date, moment, plural, spaced } from "../model/words";
import { Confirm } from "../ui/dialog";
import { useAction, useLoad, useTitle } from "../ui/hooks";
import { FactList, Failure, Icon, Number, PageHead, State } from "../ui/parts";
import { PageOf, Ready } from "../ui/ready";
import { Table } from "../ui/table";
import { RouteTry } from "../ui/route";
import { tell } from "../ui/toast";
import { t } from "../language";

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
          <PageHead
            title={<Number display={r.display} />}
            lead={
              <>
                <State of={r.state} />
                {r.next_event_at && `, ${whatComes(r)}`}
              </>
            }
          >
            <a class="button" href="/dids">
              <Icon name="back" /> {t("My DIDs")}
            </a>
            {may.edit.value && <Ending rental={r} done={rental.reload} />}
          </PageHead>
          <div class="two">
            <section class="card pad">
              <h2>{t("Settings")}</h2>
              <Settings key={r.did} rental={r} done={rental.reload} />
              <RouteTry did={r.did} changed={r} />
            </section>
            <section class="card pad">
              <h2>{t("Rental")}</h2>
              <Facts rental={r} />
              <h2>{t("Coming charges")}</h2>
              <Ready of={charges} lines={3}>
                {({ data }) => <Charges rows={data} />}
              </Ready>
            </section>
          </div>
        </>
      )}
    </PageOf>
  );
}

function Facts({ rental: r }: { rental: Rental }) {
  const facts: [string, ComponentChildren][] = [
    [t("Where"), [r.area, country(r.country)].filter(Boolean).join(", ")],
    [t("Package"), r.package.name],
    [t("Agreed price"), sayPrice(r)],
    [t("Yours since"), date(r.assigned_at)],
    [t("Paid until"), date(r.period_end)],
    [t("Minimum term until"), r.minimum_term_ends && date(r.minimum_term_ends)],
    [t("Calls in 30 days"), r.calls_30d !== null && `${plural(r.calls_30d, "call")}, ${plural(r.minutes_30d ?? 0, "minute")}`],
    [t("Last call"), r.calls_30d !== null && (r.last_call_at ? moment(r.last_call_at) : t("none yet"))],
  ];
  return <FactList of={facts.filter(([, value]) => value)} />;
}

function Charges({ rows }: { rows: Schemas["Charge"][] }) {
  if (rows.length === 0) return <p class="quiet">{t("None. The rental ends.")}</p>;
  return (
    <Table
      caption={t("Coming charges")}
      rows={rows}
      columns={[
        [
          t("When"),
          (charge) => (
            <>
              {date(charge.at)} {charge.owed && <span class="short">{t("owed")}</span>}
            </>
          ),
        ],
        [t("Net"), (charge) => charge.net, "bare"],
        [t("Tax"), (charge) => charge.tax, "bare"],
        [t("Amount"), (charge) => charge.amount, "money"],
      ]}
    />
  );
}

/** The next event of a rental, with its time. */
function whatComes({ state, next_event_at }: Rental): string {
  const at = moment(next_event_at ?? "");
  switch (state) {
    case "active":
      return t("renews {at}", { at });
    case "past_due":
      return t("is suspended unless it is paid by {at}", { at });
    case "suspended":
      return t("is released {at}", { at });
    case "pending_release":
      return t("ends {at}", { at });
    case "aging":
      return t("is back on sale {at}", { at });
    default:
      return t("changes {at}", { at });
  }
}

const editable = ["label", "destination", "tags"] as const;

const savedOf = (r: Rental) => ({ label: r.label ?? "", destination: r.destination ?? "", tags: sayTags(r.tags) });

function Settings({ rental, done }: { rental: Rental; done: () => void }) {
  const saved = savedOf(rental);
  const [draft, setDraft] = useState({ ...saved, ...draftOf(rental.did) });
  const edit = (next: typeof draft) => {
    setDraft(next);
    keepDraft(rental.did, editable.some((name) => next[name] !== saved[name]) ? next : undefined);
  };
  const save = useAction(
    useCallback(async () => {
      const { label, destination, tags } = draft;
      await body(
        api.PATCH("/v1/dids/{did}", {
          params: { path: { did: rental.did } },
          // An unchanged destination is left out: sent, it would take the place of all targets.
          body: { label: label || null, tags: readTags(tags), ...(destination !== (rental.destination ?? "") && { destination: destination || null }) },
        }),
      );
      keepDraft(rental.did, undefined);
      tell(t("Saved."));
      done();
    }, [rental.did, rental.destination, draft, done]),
  );
  const off = !may.edit.value || rental.state === "aging" || rental.state === "ported_out";
  const unsaved = !off && !save.busy && editable.some((name) => draft[name] !== saved[name]);
  const field = (name: (typeof editable)[number], placeholder: string, hint?: string, maxLength?: number) => (
    <div class="field">
      <label for={name}>{capital(spaced(name))}</label>
      <input
        id={name}
        value={draft[name]}
        maxLength={maxLength}
        disabled={off}
        placeholder={placeholder}
        aria-describedby={hint && `${name}-hint`}
        onInput={(event) => edit({ ...draft, [name]: event.currentTarget.value })}
      />
      {hint && (
        <span id={`${name}-hint`} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      {field("label", t("Front desk"), undefined, 100)}
      {field("destination", "+44 20 7946 0123 or sip:desk@example.com", t("Calls go to this number (with its plus) or SIP address."))}
      {field("tags", "sales, berlin", t("Separate tags by commas."))}
      {save.error && <Failure error={save.error} />}
      {!off && (
        <p class="buttons">
          <button type="submit" class="primary" disabled={save.busy}>
            {t("Save")}
          </button>
          {unsaved && (
            <button type="button" onClick={() => edit(saved)}>
              {t("Discard changes")}
            </button>
          )}
          <span role="status" class="short">
            {unsaved && t("Not saved yet")}
          </span>
        </p>
      )}
    </form>
  );
}

/** The button that the rental's state allows: cancel, keep or reclaim. */
function Ending({ rental, done }: { rental: Rental; done: () => void }) {
  const [asking, setAsking] = useState(false);
  const { route } = useLocation();
  const params = { path: { did: rental.did } };
  const restore = useAction(
    useCallback(async () => {
      await body(api.POST("/v1/dids/{did}/restore", { params }));
      tell(t("{display} is kept.", { display: rental.display }));
      done();
    }, [rental.did, done]),
  );
  const cancel = useCallback(async () => {
    await body(api.DELETE("/v1/dids/{did}", { params }));
    setAsking(false);
    done();
  }, [rental.did, done]);
  const reclaim = useCallback(async () => {
    const total = rental.reclaim?.total;
    if (!total) throw new ApiError(409, { detail: t("This number can no longer be reclaimed.") });
    const key = `reclaim-${rental.did}-${rental.period_end}`;
    const order = await body(api.POST("/v1/dids/{did}/reclaim", { params: { ...params, header: { "Idempotency-Key": key } }, body: { total } }));
    route(`/orders/${order.id}?placed`);
  }, [rental, route]);
  if (restore.error) return <Failure error={restore.error} />;
  switch (rental.state) {
    case "pending_release":
      return (
        <button type="button" class="primary" disabled={restore.busy} onClick={() => void restore.run()}>
          {t("Keep number")}
        </button>
      );
    case "aging":
      return rental.reclaim ? (
        <>
          <button type="button" class="primary" onClick={() => setAsking(true)}>
            {t("Reclaim")}
          </button>
          <Confirm
            open={asking}
            close={() => setAsking(false)}
            title={t("Rent {display} again?", { display: rental.display })}
            yes={t("Pay {total}", { total: show(rental.reclaim.total) })}
            run={reclaim}
          >
            <p>{t("You pay today’s price, without a setup charge. You can reclaim it until {until}.", { until: moment(rental.reclaim.until) })}</p>
          </Confirm>
        </>
      ) : null;
    case "active":
    case "past_due":
    case "suspended":
      return (
        <>
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            {t("Cancel number")}
          </button>
          <Confirm
            open={asking}
            close={() => setAsking(false)}
            title={t("Cancel {display}?", { display: rental.display })}
            yes={t("Cancel number")}
            no={t("Keep number")}
            danger
            run={cancel}
          >
            <p>
              {rental.state !== "active"
                ? t("It is unpaid, so it ends immediately.")
                : t("It stays yours until {first_end}, the end of the paid period. Until then you can undo this.", {
                    first_end: date(rental.first_end ?? rental.period_end),
                  })}
              {rental.cancellable_from &&
                Date.parse(rental.cancellable_from) > serverNow() &&
                ` ${t("The minimum term allows this from {cancellable_from}.", { cancellable_from: date(rental.cancellable_from) })}`}
            </p>
          </Confirm>
        </>
      );
    default:
      return null;
  }
}
