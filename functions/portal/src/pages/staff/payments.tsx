/** The carrier's payment provider, and the payments that wait for staff. */
import { api, body, type Schemas } from "../../api/client";
import { may } from "../../model/me";
import { show } from "../../model/money";
import { moment } from "../../model/words";
import { Field, FormDialog } from "../../ui/form";
import { useLoad } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { tell } from "../../ui/toast";
import { rich, t } from "../../language";

export function Payments({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  const providers = useLoad((signal) => body(api.GET("/v1/payment-providers", { signal })), []);
  return (
    <section class="flow" aria-labelledby="payments">
      <h2 id="payments">{t("Payments by your customers")}</h2>
      {may.import.value && <Choose settings={settings} done={done} />}
      <Ready of={providers} lines={2}>
        {({ data }) => (
          <>
            {data
              .filter((p) => p.name === settings.payment_provider)
              .map((p) => (
                <Needs key={p.name} of={p} />
              ))}
          </>
        )}
      </Ready>
      {settings.payment_provider !== "none" && (
        <>
          <h3>{t("Payments that were not credited")}</h3>
          <Findings />
        </>
      )}
    </section>
  );
}

function Choose({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  return (
    <FormDialog
      label={t("Choose the provider")}
      title={t("Payment provider")}
      yes={t("Save")}
      send={async (v) => {
        await body(api.PATCH("/v1/settings", { body: { payment_provider: v.provider as "none" | "stripe" } }));
        tell(t("Saved."));
        done();
      }}
    >
      <Field
        name="provider"
        label={t("Your customers pay by")}
        value={settings.payment_provider}
        options={[
          ["none", t("Nobody: you enter payments yourself")],
          ["stripe", "Stripe"],
        ]}
      />
    </FormDialog>
  );
}

/** What the provider needs to work. */
function Needs({ of }: { of: Schemas["Provider"] }) {
  return (
    <div class="flow">
      <p>
        {rich("It sends its events to {origin}, of the types {value}.", {
          origin: <code>{location.origin + of.events_path}</code>,
          value: of.events.join(", "),
        })}
      </p>
      <p>{t("Your operator keeps your access in SSM Parameter Store, as")}</p>
      <ul>
        {of.parameters.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Findings() {
  return (
    <Pages
      load={(cursor, signal) => body(api.GET("/v1/payment-findings", { params: { query: { cursor } }, signal }))}
      empty={<Empty title={t("None: every reported payment was credited")} icon="check" />}
    >
      {(findings: Schemas["Finding"][]) => (
        <Table
          caption={t("The newest first. Compare each with the provider’s own page, and enter it by hand if it is right.")}
          rows={findings}
          columns={[
            [t("When"), (f) => moment(f.at)],
            [t("Problem"), (f) => f.detail],
            [t("Customer"), (f) => (f.customer ? <a href={`/customers/${f.customer}`}>{f.customer}</a> : "")],
            [t("Payment"), (f) => f.payment ?? ""],
            [t("Reported"), (f) => f.amount && show(f.amount)],
            [t("Expected"), (f) => f.expected && show(f.expected)],
          ]}
        />
      )}
    </Pages>
  );
}
