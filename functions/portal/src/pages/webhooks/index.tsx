/** Webhooks: addresses that get events. */
import { useState } from "preact/hooks";
import { useRoute } from "../../router";
import { api, body, type Schemas, whole } from "../../api/client";
import { isCustomer, may } from "../../model/me";
import { date, moment } from "../../model/words";
import { chosen, Checks, Field, FormDialog, type Values } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Empty, Icon, PageHead, State } from "../../ui/parts";
import { PageOf, Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { Secret } from "../access/secret";
import { Actions } from "./actions";
import { Deliveries } from "./deliveries";
import { t } from "../../language";

export type Webhook = Schemas["Webhook"];

const groups: [string, string][] = [
  ["did.*", t("Numbers: rented, renewed, suspended, released, changed")],
  ["order.*", t("Orders")],
  ["payment.*", t("Payments")],
  ["invoice.*", t("Invoices")],
  ["balance.*", t("Low balance")],
  ["webhook.*", t("Webhooks that were disabled")],
];
const carrierGroups: [string, string][] = [...groups, ["import.*", t("Imports")]];
const known = () => (isCustomer.value ? groups : carrierGroups);

export function WebhooksPage() {
  useTitle(t("Webhooks"));
  const id = useRoute().params.id;
  return id ? <One id={id} key={id} /> : <All />;
}

function All() {
  const webhooks = useLoad((signal) => whole((cursor) => body(api.GET("/v1/webhooks", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const [secret, setSecret] = useState<string>();
  const made = (hook: { secret: string }) => {
    setSecret(hook.secret);
    webhooks.reload();
  };
  return (
    <div class="page">
      <PageHead
        title={t("Webhooks")}
        lead={
          isCustomer.value
            ? t("Your programs get an event when your numbers, orders or money change.")
            : t("Your programs get an event when the carrier’s numbers, orders or money change.")
        }
      >
        {may.hook.value && <NewWebhook made={made} />}
      </PageHead>
      {secret && <Shown secret={secret} close={() => setSecret(undefined)} />}
      <Ready of={webhooks} lines={3}>
        {({ data }) =>
          data.length ? (
            <List rows={data} />
          ) : (
            <Empty title={t("No webhooks")} icon="out">
              <p>{t("Each event is posted to the address of a webhook within seconds, signed as the Standard Webhooks specification says.")}</p>
            </Empty>
          )
        }
      </Ready>
    </div>
  );
}

function List({ rows }: { rows: Webhook[] }) {
  return (
    <Table
      caption={t("Webhooks")}
      rows={rows}
      columns={[
        [t("Address"), (hook) => <a href={`/webhooks/${hook.id}`}>{hook.url}</a>],
        [t("Events"), (hook) => hook.events.join(", ")],
        [t("Status"), (hook) => <Health hook={hook} />],
        [t("Created"), (hook) => date(hook.created_at)],
      ]}
    />
  );
}

function Health({ hook }: { hook: Webhook }) {
  if (hook.disabled_reason)
    return (
      <>
        <State of="failed" say={t("Disabled")} /> <small>{t("because {disabled_reason}", { disabled_reason: hook.disabled_reason })}</small>
      </>
    );
  if (!hook.enabled) return <State of="idle" say={t("Off")} />;
  return hook.failing_since ? (
    <State of="queued" say={t("Fails since {failing_since}", { failing_since: moment(hook.failing_since) })} />
  ) : (
    <State of="active" say={t("On")} />
  );
}

const Shown = (props: { secret: string; close: () => void }) => (
  <Secret lead={t("The secret that signs the deliveries. It is shown only once.")} text={props.secret} close={props.close} />
);

function One({ id }: { id: string }) {
  const hook = useLoad((signal) => body(api.GET("/v1/webhooks/{id}", { params: { path: { id } }, signal })), [id]);
  const [secret, setSecret] = useState<string>();
  const [round, setRound] = useState(0);
  return (
    <PageOf of={hook} title={t("Webhook")}>
      {(w) => (
        <>
          <PageHead
            title={<span class="address">{w.url}</span>}
            lead={
              <>
                <Health hook={w} />. {w.events.join(", ")}
              </>
            }
          >
            <a class="button" href="/webhooks">
              <Icon name="back" /> {t("Webhooks")}
            </a>
            {may.hook.value && <Actions hook={w} reload={hook.reload} sent={() => setRound((n) => n + 1)} rotated={setSecret} edit={<EditFields hook={w} />} />}
          </PageHead>
          {secret && <Shown secret={secret} close={() => setSecret(undefined)} />}
          {w.old_secret_valid_until && Date.parse(w.old_secret_valid_until) > Date.now() && (
            <p class="quiet">
              {t("Deliveries are signed with the secret before the last rotation too, until {old_secret_valid_until}.", {
                old_secret_valid_until: moment(w.old_secret_valid_until),
              })}
            </p>
          )}
          <Deliveries hook={id} round={round} />
        </>
      )}
    </PageOf>
  );
}

/** The events of a form: ticked groups, and types that are typed. */
export const eventsOf = (values: Values): string[] => [...chosen<string>(values, "events"), ...(values.other ?? "").split(/[\s,]+/).filter(Boolean)];

function EditFields({ hook }: { hook?: Webhook }) {
  const groups = known().map(([group]) => group);
  const others = hook?.events.filter((event) => !groups.includes(event)) ?? [];
  return (
    <>
      <Field
        name="url"
        label={t("Address")}
        value={hook?.url}
        required
        maxLength={500}
        placeholder="https://example.com/hooks"
        hint={t("Answer with a status of 2xx within 10 seconds. Anything else is tried again, for 24 hours.")}
      />
      <Checks name="events" label={t("Events")} options={known()} checked={hook?.events ?? ["did.*"]} />
      <Field
        name="other"
        label={t("Other types of events")}
        value={others.join(", ")}
        placeholder="did.rented, order.completed"
        hint={t("Separate types by commas. The API documentation lists them.")}
      />
    </>
  );
}

function NewWebhook({ made }: { made: (hook: { secret: string }) => void }) {
  return (
    <FormDialog
      label={t("New webhook")}
      title={t("New webhook")}
      yes={t("Create webhook")}
      primary
      send={async (values) => made(await body(api.POST("/v1/webhooks", { body: { url: values.url ?? "", events: eventsOf(values) } })))}
    >
      <EditFields />
    </FormDialog>
  );
}
