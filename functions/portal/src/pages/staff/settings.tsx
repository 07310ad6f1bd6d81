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
import { t } from "../../language";

export function SettingsPage() {
  useTitle(t("Settings"));
  const settings = useLoad((signal) => body(api.GET("/v1/settings", { signal })), []);
  return (
    <div class="page">
      <PageHead title={t("Settings")} lead={settings.data && `${settings.data.name}, ${settings.data.currency}`}>
        {settings.data && may.import.value && <EditIssuer settings={settings.data} done={settings.reload} />}
        {settings.data && may.import.value && <Edit settings={settings.data} done={settings.reload} />}
      </PageHead>
      <Ready of={settings} lines={3}>
        {(s) => (
          <dl class="figures">
            <div>
              <dt>{t("Grace before suspension")}</dt>
              <dd>
                {s.grace_days} <small>{t("days")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Suspension before release")}</dt>
              <dd>
                {s.suspended_days} <small>{t("days")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Quarantine")}</dt>
              <dd>
                {s.aging_days}{" "}
                <small>
                  {t("days")}
                  {s.aging_minimums.map((least) => `; ${t("at least {days} in {country}", { days: least.days, country: country(least.country) })}`)}
                </small>
              </dd>
            </div>
            <div>
              <dt>{t("Charged after an outage, at most")}</dt>
              <dd>
                {s.catch_up} <small>{t("periods")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Held by one customer, at most")}</dt>
              <dd>
                {s.max_held} <small>{t("numbers")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Before a customer can hold a number again")}</dt>
              <dd>
                {s.hold_cooldown} <small>{t("minutes")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Reserved by running orders of one customer, at most")}</dt>
              <dd>
                {s.max_reserved} <small>{t("numbers")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("An order waits for an approval")}</dt>
              <dd>
                {s.approval_days} <small>{t("days")}</small>
              </dd>
            </div>
            <div>
              <dt>{t("Time zone")}</dt>
              <dd>{s.time_zone}</dd>
            </div>
            <div>
              <dt>{t("Payments by")}</dt>
              <dd>{s.payment_provider === "none" ? t("Nobody") : "Stripe"}</dd>
            </div>
            <div>
              <dt>{t("On invoices")}</dt>
              <dd>{s.issuer.legal_name ?? s.name}</dd>
            </div>
            <div>
              <dt>{t("Invoices")}</dt>
              <dd>
                {s.invoicing === "monthly" ? t("one a month") : t("one for each order and day")}
                <small>; {s.tax_by === "line" ? t("tax rounded on each charge") : t("tax rounded on the sum of each rate")}</small>
              </dd>
            </div>
          </dl>
        )}
      </Ready>
      {settings.data && <Payments settings={settings.data} done={settings.reload} />}
      <p>
        <a href="/access">{t("Users and API keys")}</a>
      </p>
    </div>
  );
}

const numbers = ["grace_days", "suspended_days", "aging_days", "catch_up", "max_held", "hold_cooldown", "max_reserved", "approval_days"] as const;
const words: Record<(typeof numbers)[number], string> = {
  grace_days: t("Days of grace"),
  suspended_days: t("Days suspended"),
  aging_days: t("Days of quarantine"),
  catch_up: t("Periods charged after an outage, at most"),
  max_held: t("Numbers held, at most"),
  hold_cooldown: t("Minutes before holding again"),
  max_reserved: t("Numbers reserved by running orders, at most"),
  approval_days: t("Days that an order waits for an approval"),
};

function Edit({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  return (
    <FormDialog
      label={t("Change")}
      title={t("Settings")}
      yes={t("Save")}
      primary
      send={async (v) => {
        const days = Object.fromEntries(numbers.map((name) => [name, Number(v[name])]));
        await body(api.PATCH("/v1/settings", { body: { ...days, time_zone: v.time_zone, name: v.name } }));
        tell(t("Saved."));
        done();
      }}
    >
      <Field name="name" label={t("Name")} value={settings.name} required />
      <Field name="time_zone" label={t("Time zone")} value={settings.time_zone} hint={t("IANA name, such as Europe/London.")} required />
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
        {numbers.slice(4, 6).map((name) => (
          <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />
        ))}
      </div>
      {numbers.slice(6).map((name) => (
        <Field key={name} name={name} label={words[name]} type="number" value={String(settings[name])} required />
      ))}
    </FormDialog>
  );
}
