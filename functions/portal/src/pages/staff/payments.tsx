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

export function Payments({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  const providers = useLoad((signal) => body(api.GET("/v1/payment-providers", { signal })), []);
  return (
    <section class="flow" aria-labelledby="payments">
      <h2 id="payments">Payments by your customers</h2>
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
          <h3>Payments that were not credited</h3>
          <Findings />
        </>
      )}
    </section>
  );
}

function Choose({ settings, done }: { settings: Schemas["Settings"]; done: () => void }) {
  return (
    <FormDialog
      label="Choose the provider"
      title="Payment provider"
      yes="Save"
      send={async (v) => {
        await body(api.PATCH("/v1/settings", { body: { payment_provider: v.provider as "none" | "stripe" } }));
        tell("Saved.");
        done();
      }}
    >
      <Field
        name="provider"
        label="Your customers pay by"
        value={settings.payment_provider}
        options={[
          ["none", "Nobody: you enter payments yourself"],
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
        It sends its events to <code>{location.origin + of.events_path}</code>, of the types {of.events.join(", ")}.
      </p>
      <p>Your operator keeps your access in SSM Parameter Store, as</p>
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
      empty={<Empty title="None: every reported payment was credited" icon="check" />}
    >
      {(findings: Schemas["Finding"][]) => (
        <Table
          caption="The newest first. Compare each with the provider’s own page, and enter it by hand if it is right."
          rows={findings}
          columns={[
            ["When", (f) => moment(f.at)],
            ["Problem", (f) => f.detail],
            ["Customer", (f) => (f.customer ? <a href={`/customers/${f.customer}`}>{f.customer}</a> : "")],
            ["Payment", (f) => f.payment ?? ""],
            ["Reported", (f) => f.amount && show(f.amount)],
            ["Expected", (f) => f.expected && show(f.expected)],
          ]}
        />
      )}
    </Pages>
  );
}
