/** One number of the carrier: its state and its history. */
import { useLocation, useRoute } from "../../router";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { country, moment, spaced } from "../../model/words";
import { useAddressText } from "../../ui/address";
import { Field } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { FactList, Icon, Number, PageHead, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { RouteTry } from "../../ui/route";
import { tell } from "../../ui/toast";
import { Ask } from "../../ui/ask";
import { Changes, Ranges } from "./ranges";
import { rich, t } from "../../language";

export function InventoryPage() {
  const { params } = useRoute();
  const { route } = useLocation();
  const did = params.did ? decodeURIComponent(params.did) : "";
  const field = useAddressText(did, (text) => {
    const digits = text.replace(/\D/g, "");
    if (digits) route(`/inventory/+${digits}`);
    return digits ? `+${digits}` : did;
  });
  useTitle(did || t("Inventory"));
  const look = (event: Event) => {
    event.preventDefault();
    field.commit();
  };
  return (
    <div class="page">
      <PageHead title={t("Inventory")} lead={t("Your ranges and their use, and the history of any number.")}>
        <a class="button" href="/numbers">
          {t("Search numbers")}
        </a>
      </PageHead>
      <form class="toolbar" role="search" onSubmit={look}>
        <label class="hidden" for="lookup">
          {t("Complete number")}
        </label>
        <input
          id="lookup"
          type="search"
          inputmode="tel"
          placeholder="+44 20 7946 0000"
          value={field.text}
          onInput={(event) => field.edit(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          <Icon name="search" /> {t("Look up")}
        </button>
      </form>
      {did ? <Found did={did} /> : <Ranges />}
    </div>
  );
}

function Found({ did }: { did: string }) {
  const { query, route } = useLocation();
  const { at } = query;
  const found = useLoad(
    (signal) => body(api.GET("/v1/inventory/{did}", { params: { path: { did }, query: { at: at && new Date(at).toISOString() } }, signal })),
    [did, at],
  );
  return (
    <>
      <form
        key={at}
        class="toolbar"
        aria-label={t("Moment")}
        onSubmit={(event) => {
          event.preventDefault();
          const when = new FormData(event.currentTarget).get("at") as string;
          route(`/inventory/${did}${when && `?at=${when}`}`);
        }}
      >
        <Field name="at" label={t("As of (time of this computer)")} type="datetime-local" value={at} />
        <button type="submit">{t("Show")}</button>
        {at && <a href={`/inventory/${did}`}>{t("Now")}</a>}
      </form>
      <Ready of={found}>{(d) => <Facts of={d} reload={found.reload} />}</Ready>
    </>
  );
}

const rented = ["active", "past_due", "suspended", "pending_release"];

function Facts({ of: d, reload }: { of: Schemas["InventoryDID"]; reload: () => void }) {
  const portOut = async () => {
    await body(api.POST("/v1/inventory/{did}/port-out", { params: { path: { did: d.did } } }));
    tell(t("{display} is ported out.", { display: d.display }));
    reload();
  };
  const facts: [string, preact.ComponentChildren][] = [
    [t("State"), <State of={d.state} />],
    [t("Where"), [d.area, country(d.country), d.type && spaced(d.type)].filter(Boolean).join(", ")],
    [t("Package"), d.package ?? t("none")],
    [t("Customer"), d.customer ? <a href={`/customers/${d.customer}`}>{d.customer}</a> : t("nobody")],
  ];
  if (d.as_of) facts.unshift([t("As of"), moment(d.as_of)]);
  if (d.held_until) facts.push([t("Held until"), moment(d.held_until)]);
  if (d.next_event_at) facts.push([t("Next event"), moment(d.next_event_at)]);
  return (
    <section class="card found-did" aria-label={t("The number")}>
      <h2>
        <Number display={d.display} />
      </h2>
      <FactList of={facts} />
      <div class="toolbar">
        {!d.as_of && <Changes did={d.did} state={d.state} />}
        <a class="button" href={`/audit?did=${encodeURIComponent(d.did)}`}>
          {t("Acts on it")}
        </a>
        {!d.as_of && may.import.value && rented.includes(d.state) && (
          <Ask label={t("Port out")} title={t("Port {display} out?", { display: d.display })} danger run={portOut}>
            <p>{t("The rental ends immediately, because the number moves to another carrier. It is never for sale again. You can’t undo this.")}</p>
          </Ask>
        )}
      </div>
      {!d.as_of && <RouteTry did={d.did} />}
      <h3>{t("History")}</h3>
      {d.history.length === 0 ? (
        <p class="quiet">{t("No activity yet.")}</p>
      ) : (
        <ol class="timeline">
          {d.history.toReversed().map((passage, i) => (
            <li key={i}>
              <time dateTime={passage.at}>{moment(passage.at)}</time>
              <span>
                <State of={passage.to || "available"} />{" "}
                {passage.customer && <>{rich("for {customer}", { customer: <a href={`/customers/${passage.customer}`}>{passage.customer}</a> })}</>}
                {passage.package && <small> {passage.package}</small>}
                {passage.actor && <small> {t("by {name}", { name: passage.actor.name ?? passage.actor.id ?? passage.actor.kind })}</small>}
                {passage.changes.map((change) => (
                  <div key={change.field}>
                    <small>{change.field}</small> {change.old && <del>{change.old}</del>} {change.new && <ins>{change.new}</ins>}
                  </div>
                ))}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
