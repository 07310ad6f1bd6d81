/** The deliveries of a webhook in the last 7 days: what was sent, and the answer. */
import { useState } from "preact/hooks";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { moment } from "../../model/words";
import { Empty, State } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { t } from "../../language";

type Delivery = Schemas["Delivery"];

export function Deliveries({ hook, round }: { hook: string; round: number }) {
  const [again, setAgain] = useState(0);
  const reload = () => setAgain((n) => n + 1);
  return (
    <section>
      <div class="toolbar">
        <h2>{t("Deliveries")}</h2>
        <button type="button" onClick={reload}>
          {t("Refresh")}
        </button>
      </div>
      <Pages
        deps={[hook, round, again]}
        load={(cursor, signal) => body(api.GET("/v1/webhooks/{id}/deliveries", { params: { path: { id: hook }, query: { limit: 25, cursor } }, signal }))}
        empty={
          <Empty title={t("No deliveries in the last 7 days")} icon="out">
            <p>{t("Send a test to see whether your program answers.")}</p>
          </Empty>
        }
      >
        {(rows) => <Table caption={t("Deliveries")} rows={rows} columns={columns(hook, reload)} />}
      </Pages>
    </section>
  );
}

const tones: Record<Delivery["status"], string> = { pending: "queued", delivered: "completed", failed: "failed" };

function columns(hook: string, reload: () => void): TableColumn<Delivery>[] {
  const shown: TableColumn<Delivery>[] = [
    [t("Event"), (d) => d.type],
    [t("Time"), (d) => moment(d.created_at)],
    [
      t("Status"),
      (d) => (
        <>
          <State of={tones[d.status]} say={{ pending: t("Waits"), delivered: t("Delivered"), failed: t("Given up") }[d.status]} />
          {d.next_try_at && <small> {t("next try {next_try_at}", { next_try_at: moment(d.next_try_at) })}</small>}
        </>
      ),
    ],
    [t("Tries"), (d) => d.tries, "count"],
    [t("Answer"), (d) => <Answer of={d} />],
    [
      t("Sent"),
      (d) => (
        <details>
          <summary>{t("Body")}</summary>
          <pre class="wire">{d.body}</pre>
        </details>
      ),
    ],
  ];
  if (!may.hook.value) return shown;
  return [
    ...shown,
    [
      t("Change"),
      (d) => (
        <button
          type="button"
          aria-label={t("Resend {type} of {created_at}", { type: d.type, created_at: moment(d.created_at) })}
          onClick={() => void resend(hook, d.id, reload)}
        >
          {t("Resend")}
        </button>
      ),
    ],
  ];
}

function Answer({ of: { last } }: { of: Delivery }) {
  if (!last) return <span class="quiet">{t("none yet")}</span>;
  return (
    <>
      {last.status ? t("{status} after {milliseconds} ms", { status: last.status, milliseconds: last.milliseconds }) : <span class="quiet">{last.error}</span>}
      {last.body && (
        <details>
          <summary>{t("Answer")}</summary>
          <pre class="wire">{last.body}</pre>
        </details>
      )}
    </>
  );
}

async function resend(hook: string, delivery: string, done: () => void): Promise<void> {
  try {
    await body(api.POST("/v1/webhooks/{id}/deliveries/{delivery}/resend", { params: { path: { id: hook, delivery } } }));
    tell(t("The event is sent again."));
  } catch (error) {
    tell((error as Error).message);
  }
  done();
}
