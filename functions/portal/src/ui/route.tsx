/** The route of a number, as switches get it. */
import { api, body, type Schemas } from "../api/client";
import { moment } from "../model/words";
import { useLoad } from "./hooks";
import { Ready } from "./ready";
import { rich, t } from "../language";

type Route = Schemas["Route"];

/** Asks the API as a switch does, and shows the outcome of a call. */
export function RouteTry({ did, changed }: { did: string; changed?: unknown }) {
  const route = useLoad((signal) => body(api.GET("/v1/routes/{did}", { params: { path: { did } }, signal })), [did, changed]);
  return (
    <section aria-label={t("Routing")}>
      <div class="toolbar">
        <h2>{t("Routing")}</h2>
        <button type="button" disabled={route.loading} onClick={route.reload}>
          {t("Try it")}
        </button>
      </div>
      <p class="hint">{t("The answer that a switch gets for a call to this number now.")}</p>
      <Ready of={route} lines={2}>
        {(r) => (
          <div role="status">
            <Told route={r} />
          </div>
        )}
      </Ready>
    </section>
  );
}

function Told({ route: r }: { route: Route }) {
  if (r.status === "suspended")
    return <p>{rich("<b>Refused (480).</b> The number is suspended until the due amount is paid.", { b: (text) => <b>{text}</b> })}</p>;
  if (r.status === "not_rented" || r.status === "ported_out")
    return (
      <p>
        <b>{t("Refused (404).")}</b> {r.status === "ported_out" ? t("The number went to another carrier.") : t("The number is not rented.")}
      </p>
    );
  if (r.destinations.length === 0)
    return <p>{rich("<b>Refused (480).</b> The number has no destination. Set one, so that it rings.", { b: (text) => <b>{text}</b> })}</p>;
  return (
    <>
      <p>
        <b>{r.destinations.length > 1 ? t("Put through, to one target after the other until one answers:") : t("Put through:")}</b>
      </p>
      <ol class="targets">
        {r.destinations.map((target) => (
          <li key={target.uri}>
            <code>{target.uri}</code> <small>{t("priority {priority}", { priority: target.priority })}</small>
          </li>
        ))}
      </ol>
      {r.max_channels && <p class="quiet">{t("At most {max_channels} calls at once.", { max_channels: r.max_channels })}</p>}
      {r.changed_at && <p class="quiet">{t("Changed {changed_at}.", { changed_at: moment(r.changed_at) })}</p>}
    </>
  );
}
