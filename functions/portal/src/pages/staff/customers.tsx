/** The carrier's customers with their balances. */
import { useState } from "preact/hooks";
import { useLocation } from "../../router";
import { api, body, everyPage } from "../../api/client";
import { may } from "../../model/me";
import { isNegative } from "../../model/money";
import { plural } from "../../model/words";
import { decimal, Field, FormDialog } from "../../ui/form";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, PageHead, State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { t } from "../../language";

export function CustomersPage() {
  useTitle(t("Customers"));
  const { route } = useLocation();
  const [text, setText] = useState("");
  const customers = useLoad((signal) => everyPage((cursor) => body(api.GET("/v1/customers", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const wanted = text.trim().toLowerCase();
  const shown = customers.data?.filter((c) => c.id.includes(wanted) || c.name.toLowerCase().includes(wanted));
  return (
    <div class="page">
      <PageHead title={t("Customers")} lead={customers.data && plural(customers.data.length, "account")}>
        <a class="button" href="/rentals">
          {t("Rentals of all")}
        </a>
        {may.price.value && (
          <FormDialog
            label={t("New customer")}
            title={t("A new customer")}
            yes={t("Open the account")}
            primary
            send={async (v) => {
              const made = await body(api.POST("/v1/customers", { body: { id: v.id ?? "", name: v.name ?? "", tax_percent: v.tax || undefined } }));
              route(`/customers/${made.id}`);
            }}
          >
            <Field name="name" label={t("Name")} required />
            <Field
              name="id"
              label={t("Id")}
              hint={t("Lower-case letters, digits and hyphens. Order and invoice numbers begin with it.")}
              pattern="[a-z0-9][a-z0-9\-]*"
              required
            />
            <Field name="tax" label={t("Tax, in percent")} value="0" pattern={decimal} />
          </FormDialog>
        )}
      </PageHead>
      <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
        <label class="hidden" for="customer-q">
          {t("Search customers")}
        </label>
        <input id="customer-q" type="search" placeholder={t("Search customers")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </form>
      <Ready of={customers}>
        {() =>
          shown?.length ? (
            <Table
              caption={t("Customers")}
              rows={shown}
              columns={[
                [
                  t("Customer"),
                  (c) => (
                    <>
                      <a href={`/customers/${c.id}`}>{c.name}</a> <small>{c.id}</small>
                    </>
                  ),
                ],
                [t("State"), (c) => <State of={c.status} />],
                [
                  t("Balance"),
                  (c) => (
                    <span class={isNegative(c.balance) ? "short" : ""}>
                      <Amount value={c.balance} />
                    </span>
                  ),
                  "count",
                ],
                [t("Credit limit"), (c) => c.credit_limit, "bare"],
                [t("Available balance"), (c) => c.available, "bare"],
              ]}
            />
          ) : (
            <Empty title={text ? t("No customers match") : t("No customers yet")} icon="people" />
          )
        }
      </Ready>
    </div>
  );
}
