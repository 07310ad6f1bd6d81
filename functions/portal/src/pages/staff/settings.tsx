/** How the carrier treats unpaid numbers, and the keys of its programs. */
import { useCallback, useState } from "preact/hooks";
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { moment } from "../../model/words";
import { Confirm } from "../../ui/dialog";
import { Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Empty, Failure, PageHead, Skeleton, TableBox } from "../../ui/parts";
import { tell } from "../../ui/toast";

export function SettingsPage() {
  useTitle("Settings");
  const settings = useLoad((signal) => body(api.GET("/v1/settings", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Settings" lead={settings.data && `${settings.data.name}, ${settings.data.currency}`}>
        {settings.data && may.import.value && <Edit settings={settings.data} done={settings.reload} />}
      </PageHead>
      {settings.error ? <Failure error={settings.error} retry={settings.reload} /> : !settings.data ? <Skeleton lines={3} /> : (
        <dl class="figures">
          <div><dt>Grace, then suspended</dt><dd>{settings.data.grace_days} <small>days</small></dd></div>
          <div><dt>Suspended, then released</dt><dd>{settings.data.suspended_days} <small>days</small></dd></div>
          <div><dt>Rest before it is sold again</dt><dd>{settings.data.aging_days} <small>days</small></dd></div>
          <div><dt>Caught up after an outage</dt><dd>{settings.data.catch_up} <small>periods</small></dd></div>
          <div><dt>Time zone</dt><dd>{settings.data.time_zone}</dd></div>
        </dl>
      )}
      <Keys />
    </div>
  );
}

const numbers = ["grace_days", "suspended_days", "aging_days", "catch_up"] as const;
const words: Record<(typeof numbers)[number], string> = {
  grace_days: "Days of grace", suspended_days: "Days suspended", aging_days: "Days of rest", catch_up: "Periods caught up",
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
      <Field name="time_zone" label="Time zone" value={settings.time_zone} hint="As IANA names it: Europe/London." required />
      <div class="pair">{numbers.slice(0, 2).map((name) => <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />)}</div>
      <div class="pair">{numbers.slice(2).map((name) => <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />)}</div>
    </FormDialog>
  );
}

function Keys() {
  const keys = useLoad((signal) => body(api.GET("/v1/api-keys", { signal })), []);
  const [issued, setIssued] = useState<string>();
  return (
    <>
      <div class="toolbar">
        <h2>API keys</h2>
        {may.import.value && (
          <FormDialog
            label="New key" title="A key for a program" yes="Make the key"
            send={async (v) => {
              const made = await body(api.POST("/v1/api-keys", { body: { name: v.name ?? "", scopes: ["payments"] } }));
              setIssued(made.key);
              keys.reload();
            }}
          >
            <Field name="name" label="What it is for" hint="It may book customers’ payments, as a payment provider does." required />
          </FormDialog>
        )}
      </div>
      {issued && <div class="note good" role="status"><div><p>The key, which is shown this once:</p><p><code class="key">{issued}</code></p></div></div>}
      {keys.error ? <Failure error={keys.error} retry={keys.reload} />
        : !keys.data ? <Skeleton lines={2} />
        : keys.data.data.length === 0 ? <Empty title="No keys" icon="gear"><p>A key lets a program, such as a payment provider, book payments.</p></Empty>
        : (
          <TableBox caption="API keys">
            <thead><tr><th scope="col">Key</th><th scope="col">Ends with</th><th scope="col">May</th><th scope="col">Made</th><th scope="col">Revoke</th></tr></thead>
            <tbody>
              {keys.data.data.map((key) => (
                <tr key={key.id}>
                  <th scope="row">{key.name}</th><td>{key.hint}</td><td>{key.scopes.join(", ")}</td><td>{moment(key.created_at)} by {key.created_by}</td>
                  <td>{may.import.value && <Revoke id={key.id} name={key.name} done={keys.reload} />}</td>
                </tr>
              ))}
            </tbody>
          </TableBox>
        )}
    </>
  );
}

function Revoke({ id, name, done }: { id: string; name: string; done: () => void }) {
  const [asking, setAsking] = useState(false);
  const revoke = useCallback(async () => {
    await body(api.DELETE("/v1/api-keys/{key}", { params: { path: { key: id } } }));
    setAsking(false);
    done();
  }, [id, done]);
  return (
    <>
      <button type="button" class="danger" onClick={() => setAsking(true)}>Revoke</button>
      <Confirm open={asking} close={() => setAsking(false)} title={`Revoke ${name}?`} yes="Revoke" danger run={revoke}><p>Whatever uses the key is refused from now on.</p></Confirm>
    </>
  );
}
