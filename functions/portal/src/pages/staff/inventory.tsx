/** Any number of the carrier: what it is now, and all that happened to it. */
import { useCallback, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { api, body } from "../../api/client";
import { country, moment, spaced } from "../../model/words";
import { useLoad, useTitle } from "../../ui/hooks";
import { Failure, Icon, Number, PageHead, Skeleton, State } from "../../ui/parts";
import { Ranges } from "./ranges";

export function InventoryPage() {
  const { params } = useRoute();
  const { route } = useLocation();
  const did = params.did ? decodeURIComponent(params.did) : "";
  const [text, setText] = useState(did);
  useTitle(did || "Inventory");
  const look = useCallback(
    (event: Event) => {
      event.preventDefault();
      const digits = text.replace(/\D/g, "");
      if (digits) route(`/inventory/+${digits}`);
    },
    [text, route],
  );
  return (
    <div class="page">
      <PageHead title="Inventory" lead="What is offered and how much of it is in use; and any number, with all that happened to it.">
        <a class="button" href="/numbers">Search what is on sale</a>
      </PageHead>
      <form class="toolbar" role="search" onSubmit={look}>
        <label class="hidden" for="lookup">A whole number</label>
        <input id="lookup" type="search" inputmode="tel" placeholder="+44 20 7946 0000" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit" class="primary"><Icon name="search" /> Look up</button>
      </form>
      {did ? <Found did={did} /> : <Ranges />}
    </div>
  );
}

function Found({ did }: { did: string }) {
  const found = useLoad((signal) => body(api.GET("/v1/inventory/{did}", { params: { path: { did } }, signal })), [did]);
  if (found.error) return <Failure error={found.error} retry={found.reload} />;
  if (!found.data) return <Skeleton />;
  const d = found.data;
  const facts: [string, preact.ComponentChildren][] = [
    ["State", <State of={d.state} />],
    ["Where", [d.area, country(d.country), d.type && spaced(d.type)].filter(Boolean).join(", ")],
    ["Package", d.package ?? "none"],
    ["Customer", d.customer ? <a href={`/customers/${d.customer}`}>{d.customer}</a> : "nobody"],
  ];
  if (d.held_until) facts.push(["Held until", moment(d.held_until)]);
  if (d.next_event_at) facts.push(["Changes by itself", moment(d.next_event_at)]);
  return (
    <section class="card found-did" aria-label="The number">
      <h2><Number display={d.display} /></h2>
      <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <h3>History</h3>
      {d.history.length === 0 ? <p class="quiet">Nobody ever touched it.</p> : (
        <ol class="timeline">
          {d.history.toReversed().map((passage, i) => (
            <li key={i}>
              <time dateTime={passage.at}>{moment(passage.at)}</time>
              <span><State of={passage.to || "available"} /> {passage.customer && <>by <a href={`/customers/${passage.customer}`}>{passage.customer}</a></>}{passage.package && <small> {passage.package}</small>}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
