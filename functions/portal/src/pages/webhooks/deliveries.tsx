/** The deliveries of a webhook in the last 7 days: what was sent, and the answer. */
import { useState } from "preact/hooks";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { moment } from "../../model/words";
import { Empty, State } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";

type Delivery = Schemas["Delivery"];

export function Deliveries({ hook, round }: { hook: string; round: number }) {
  const [again, setAgain] = useState(0);
  const reload = () => setAgain((n) => n + 1);
  return (
    <section>
      <div class="toolbar">
        <h2>Deliveries</h2>
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </div>
      <Pages
        deps={[hook, round, again]}
        load={(cursor, signal) => body(api.GET("/v1/webhooks/{id}/deliveries", { params: { path: { id: hook }, query: { limit: 25, cursor } }, signal }))}
        empty={
          <Empty title="No deliveries in the last 7 days" icon="out">
            <p>Send a test to see whether your program answers.</p>
          </Empty>
        }
      >
        {(rows) => <Table caption="Deliveries" rows={rows} columns={columns(hook, reload)} />}
      </Pages>
    </section>
  );
}

const tones: Record<Delivery["status"], string> = { pending: "queued", delivered: "completed", failed: "failed" };

function columns(hook: string, reload: () => void): TableColumn<Delivery>[] {
  const shown: TableColumn<Delivery>[] = [
    ["Event", (d) => d.type],
    ["Time", (d) => moment(d.created_at)],
    [
      "Status",
      (d) => (
        <>
          <State of={tones[d.status]} say={{ pending: "Waits", delivered: "Delivered", failed: "Given up" }[d.status]} />
          {d.next_try_at && <small> next try {moment(d.next_try_at)}</small>}
        </>
      ),
    ],
    ["Tries", (d) => d.tries, "count"],
    ["Answer", (d) => <Answer of={d} />],
    [
      "Sent",
      (d) => (
        <details>
          <summary>Body</summary>
          <pre class="wire">{d.body}</pre>
        </details>
      ),
    ],
  ];
  if (!may.hook.value) return shown;
  return [
    ...shown,
    [
      "Change",
      (d) => (
        <button type="button" aria-label={`Resend ${d.type} of ${moment(d.created_at)}`} onClick={() => void resend(hook, d.id, reload)}>
          Resend
        </button>
      ),
    ],
  ];
}

function Answer({ of: { last } }: { of: Delivery }) {
  if (!last) return <span class="quiet">none yet</span>;
  return (
    <>
      {last.status ? `${last.status} after ${last.milliseconds} ms` : <span class="quiet">{last.error}</span>}
      {last.body && (
        <details>
          <summary>Answer</summary>
          <pre class="wire">{last.body}</pre>
        </details>
      )}
    </>
  );
}

async function resend(hook: string, delivery: string, done: () => void): Promise<void> {
  try {
    await body(api.POST("/v1/webhooks/{id}/deliveries/{delivery}/resend", { params: { path: { id: hook, delivery } } }));
    tell("The event is sent again.");
  } catch (error) {
    tell((error as Error).message);
  }
  done();
}
