/** API keys: programs that act for the customer or the carrier. */
import { useState } from "preact/hooks";
import { api, body, type Schemas, whole } from "../../api/client";
import { isCustomer, may } from "../../model/me";
import { date, moment } from "../../model/words";
import { Ask } from "../../ui/ask";
import { Checks, chosen, Field, FormDialog } from "../../ui/form";
import { useLoad } from "../../ui/hooks";
import { Empty } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { Secret } from "./secret";
import { t } from "../../language";

type Key = Schemas["APIKey"];
type Scope = Schemas["NewKey"]["scopes"][number];

const customerScopes: [Scope, string][] = [
  ["search", t("Search numbers")],
  ["buy", t("Hold and buy numbers")],
  ["rentals", t("Manage rented numbers")],
  ["account", t("Read account and invoices")],
];
const carrierScopes: [Scope, string][] = [
  ["payments", t("Record payments")],
  ["imports", t("Import files")],
  ["inventory", t("Manage ranges and packages")],
  ["customers", t("Manage customers")],
  ["reports", t("Read reports")],
  ["routes", t("Read routes, for a switch")],
  ["webhooks", t("Manage webhooks")],
];

export function Keys() {
  const keys = useLoad((signal) => whole((cursor) => body(api.GET("/v1/api-keys", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const [secret, setSecret] = useState<string>();
  const changed = (made: { key: string }) => {
    setSecret(made.key);
    keys.reload();
  };
  return (
    <section>
      <div class="toolbar">
        <h2>{t("API keys")}</h2>
        {may.manage.value && <NewKey made={changed} />}
      </div>
      {secret && <Secret lead={t("The key’s secret. It is shown only once.")} text={secret} close={() => setSecret(undefined)} />}
      <Ready of={keys} lines={2}>
        {({ data }) =>
          data.length ? (
            <Table caption={t("API keys")} rows={data} columns={columns(keys.reload, changed)} />
          ) : (
            <Empty title={t("No keys")} icon="gear">
              <p>{t("With a key, a program can do what its scopes name.")}</p>
            </Empty>
          )
        }
      </Ready>
    </section>
  );
}

function columns(reload: () => void, changed: (made: { key: string }) => void): TableColumn<Key>[] {
  const shown: TableColumn<Key>[] = [
    [t("Key"), (key) => key.name],
    [t("Ends with"), (key) => <code>{key.hint}</code>],
    [t("Scopes"), (key) => key.scopes.join(", ")],
    [t("Last used"), (key) => (key.last_used_at ? moment(key.last_used_at) : <span class="quiet">{t("never")}</span>)],
    [t("Expires"), (key) => (key.expires_at ? date(key.expires_at) : <span class="quiet">{t("never")}</span>)],
    [t("Created"), (key) => date(key.created_at)],
  ];
  if (!may.manage.value) return shown;
  return [
    ...shown,
    [
      t("Change"),
      (key) => (
        <span class="buttons">
          <Ask
            label={t("Rotate")}
            title={t("New secret for {name}?", { name: key.name })}
            run={() => body(api.POST("/v1/api-keys/{key}/rotate", { params: { path: { key: key.id } }, body: {} })).then(changed)}
          >
            <p>{t("The present secret stays valid for 24 hours, so that programs can take the new one.")}</p>
          </Ask>
          <Ask
            label={t("Revoke")}
            title={t("Revoke {name}?", { name: key.name })}
            danger
            run={() => body(api.DELETE("/v1/api-keys/{key}", { params: { path: { key: key.id } } })).then(reload)}
          >
            <p>{t("Programs that use this key are refused within a minute.")}</p>
          </Ask>
        </span>
      ),
    ],
  ];
}

function NewKey({ made }: { made: (key: { key: string }) => void }) {
  const scopes = isCustomer.value ? customerScopes : carrierScopes;
  return (
    <FormDialog
      label={t("New key")}
      title={t("New API key")}
      yes={t("Create key")}
      send={async (v) => {
        const all = chosen<Scope>(v, "scope").map((scope) => (v.access === "read" ? `${scope}:read` : scope) as Scope);
        made(
          await body(
            api.POST("/v1/api-keys", {
              body: { name: v.name ?? "", scopes: all, expires_at: v.expires ? new Date(v.expires).toISOString() : undefined },
            }),
          ),
        );
      }}
    >
      <Field name="name" label={t("Name")} hint={t("The program that will use it.")} required />
      <Checks name="scope" label={t("Scopes")} options={scopes} />
      <Field
        name="access"
        label={t("Access")}
        options={[
          ["write", t("Read and change")],
          ["read", t("Read only")],
        ]}
      />
      <Field name="expires" label={t("Expires on")} type="date" hint={t("Without a date it doesn’t expire.")} />
    </FormDialog>
  );
}
