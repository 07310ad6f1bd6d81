/** The carrier's rules for unpaid numbers and holds, and its API keys. */
import { useState } from "preact/hooks";
import { api, body, type Schemas, whole } from "../../api/client";
import { may } from "../../model/me";
import { country, moment } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Empty, PageHead } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { Ask } from "./ask";

export function SettingsPage() {
  useTitle("Settings");
  const settings = useLoad((signal) => body(api.GET("/v1/settings", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Settings" lead={settings.data && `${settings.data.name}, ${settings.data.currency}`}>
        {settings.data && may.import.value && <Edit settings={settings.data} done={settings.reload} />}
      </PageHead>
      <Ready of={settings} lines={3}>
        {(s) => (
          <dl class="figures">
            <div><dt>Grace before suspension</dt><dd>{s.grace_days} <small>days</small></dd></div>
            <div><dt>Suspension before release</dt><dd>{s.suspended_days} <small>days</small></dd></div>
            <div><dt>Quarantine</dt><dd>{s.aging_days} <small>days{s.aging_minimums.length > 0 && `; at least ${s.aging_minimums.map((least) => `${least.days} in ${country(least.country)}`).join(", ")}`}</small></dd></div>
            <div><dt>Charged after an outage, at most</dt><dd>{s.catch_up} <small>periods</small></dd></div>
            <div><dt>Held by one customer, at most</dt><dd>{s.max_held} <small>numbers</small></dd></div>
            <div><dt>Before a customer can hold a number again</dt><dd>{s.hold_cooldown} <small>minutes</small></dd></div>
            <div><dt>Time zone</dt><dd>{s.time_zone}</dd></div>
          </dl>
        )}
      </Ready>
      <Keys />
    </div>
  );
}

const numbers = ["grace_days", "suspended_days", "aging_days", "catch_up", "max_held", "hold_cooldown"] as const;
const words: Record<(typeof numbers)[number], string> = {
  grace_days: "Days of grace", suspended_days: "Days suspended", aging_days: "Days of quarantine", catch_up: "Periods charged after an outage, at most",
  max_held: "Numbers held, at most", hold_cooldown: "Minutes before holding again",
};

function Edit({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  return (
    <FormDialog
      label="Change" title="Settings" yes="Save" primary
      send={async (v) => {
        const days = Object.fromEntries(numbers.map((name) => [name, Number(v[name])]));
        await body(api.PATCH("/v1/settings", { body: { ...days, time_zone: v.time_zone, name: v.name } }));
        tell("Saved.");
        done();
      }}
    >
      <Field name="name" label="Name" value={settings.name} required />
      <Field name="time_zone" label="Time zone" value={settings.time_zone} hint="IANA name, such as Europe/London." required />
      <div class="pair">{numbers.slice(0, 2).map((name) => <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />)}</div>
      <div class="pair">{numbers.slice(2, 4).map((name) => <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />)}</div>
      <div class="pair">{numbers.slice(4).map((name) => <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />)}</div>
    </FormDialog>
  );
}

function Keys() {
  const keys = useLoad((signal) => whole((cursor) => body(api.GET("/v1/api-keys", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const [issued, setIssued] = useState<string>();
  const columns: TableColumn<Schemas["APIKey"]>[] = [
    ["Key", (key) => key.name], ["Ends with", (key) => key.hint], ["Scopes", (key) => key.scopes.join(", ")],
    ["Made", (key) => `${moment(key.created_at)} by ${key.created_by}`],
  ];
  if (may.import.value) {
    columns.push(["Revoke", (key) => (
      <Ask label="Revoke" title={`Revoke ${key.name}?`} danger run={() => body(api.DELETE("/v1/api-keys/{key}", { params: { path: { key: key.id } } })).then(keys.reload)}>
        <p>Programs that use this key are refused from now on.</p>
      </Ask>
    )]);
  }
  return (
    <>
      <div class="toolbar">
        <h2>API keys</h2>
        {may.import.value && (
          <FormDialog
            label="New key" title="New API key" yes="Create key"
            send={async (v) => {
              const made = await body(api.POST("/v1/api-keys", { body: { name: v.name ?? "", scopes: ["payments"] } }));
              setIssued(made.key);
              keys.reload();
            }}
          >
            <Field name="name" label="Purpose" hint="The key lets a program record customers’ payments." required />
          </FormDialog>
        )}
      </div>
      {issued && <div class="note good" role="status"><div><p>The new key. It is shown only once:</p><p><code class="key">{issued}</code></p></div></div>}
      <Ready of={keys} lines={2}>
        {({ data }) => (data.length ? <Table caption="API keys" rows={data} columns={columns} /> : <Empty title="No keys" icon="gear"><p>A key lets a program, such as a payment provider, record payments.</p></Empty>)}
      </Ready>
    </>
  );
}
