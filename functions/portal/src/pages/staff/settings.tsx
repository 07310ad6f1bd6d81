/** The carrier's rules for unpaid numbers and holds. */
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { country } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { PageHead } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { tell } from "../../ui/toast";
import { EditIssuer } from "./issuer";
import { Payments } from "./payments";

export function SettingsPage() {
  useTitle("Settings");
  const settings = useLoad((signal) => body(api.GET("/v1/settings", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Settings" lead={settings.data && `${settings.data.name}, ${settings.data.currency}`}>
        {settings.data && may.import.value && <EditIssuer settings={settings.data} done={settings.reload} />}
        {settings.data && may.import.value && <Edit settings={settings.data} done={settings.reload} />}
      </PageHead>
      <Ready of={settings} lines={3}>
        {(s) => (
          <dl class="figures">
            <div>
              <dt>Grace before suspension</dt>
              <dd>
                {s.grace_days} <small>days</small>
              </dd>
            </div>
            <div>
              <dt>Suspension before release</dt>
              <dd>
                {s.suspended_days} <small>days</small>
              </dd>
            </div>
            <div>
              <dt>Quarantine</dt>
              <dd>
                {s.aging_days}{" "}
                <small>
                  days{s.aging_minimums.length > 0 && `; at least ${s.aging_minimums.map((least) => `${least.days} in ${country(least.country)}`).join(", ")}`}
                </small>
              </dd>
            </div>
            <div>
              <dt>Charged after an outage, at most</dt>
              <dd>
                {s.catch_up} <small>periods</small>
              </dd>
            </div>
            <div>
              <dt>Held by one customer, at most</dt>
              <dd>
                {s.max_held} <small>numbers</small>
              </dd>
            </div>
            <div>
              <dt>Before a customer can hold a number again</dt>
              <dd>
                {s.hold_cooldown} <small>minutes</small>
              </dd>
            </div>
            <div>
              <dt>Time zone</dt>
              <dd>{s.time_zone}</dd>
            </div>
            <div>
              <dt>Payments by</dt>
              <dd>{s.payment_provider === "none" ? "Nobody" : "Stripe"}</dd>
            </div>
            <div>
              <dt>On invoices</dt>
              <dd>{s.issuer.legal_name ?? s.name}</dd>
            </div>
            <div>
              <dt>Invoices</dt>
              <dd>
                {s.invoicing === "monthly" ? "one a month" : "one for each order and day"}
                <small>; tax rounded by {s.tax_by}</small>
              </dd>
            </div>
          </dl>
        )}
      </Ready>
      {settings.data && <Payments settings={settings.data} done={settings.reload} />}
      <p>
        <a href="/access">Users and API keys</a>
      </p>
    </div>
  );
}

const numbers = ["grace_days", "suspended_days", "aging_days", "catch_up", "max_held", "hold_cooldown"] as const;
const words: Record<(typeof numbers)[number], string> = {
  grace_days: "Days of grace",
  suspended_days: "Days suspended",
  aging_days: "Days of quarantine",
  catch_up: "Periods charged after an outage, at most",
  max_held: "Numbers held, at most",
  hold_cooldown: "Minutes before holding again",
};

function Edit({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  return (
    <FormDialog
      label="Change"
      title="Settings"
      yes="Save"
      primary
      send={async (v) => {
        const days = Object.fromEntries(numbers.map((name) => [name, Number(v[name])]));
        await body(api.PATCH("/v1/settings", { body: { ...days, time_zone: v.time_zone, name: v.name } }));
        tell("Saved.");
        done();
      }}
    >
      <Field name="name" label="Name" value={settings.name} required />
      <Field name="time_zone" label="Time zone" value={settings.time_zone} hint="IANA name, such as Europe/London." required />
      <div class="pair">
        {numbers.slice(0, 2).map((name) => (
          <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />
        ))}
      </div>
      <div class="pair">
        {numbers.slice(2, 4).map((name) => (
          <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />
        ))}
      </div>
      <div class="pair">
        {numbers.slice(4).map((name) => (
          <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />
        ))}
      </div>
    </FormDialog>
  );
}
