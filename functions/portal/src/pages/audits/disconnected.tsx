/** The numbers that were disconnected in a month: what registers of reassigned numbers ask about. */
import { useState } from "preact/hooks";
import { api, body, type Schemas, serverNow } from "../../api/client";
import { dayOf } from "../../model/words";
import { Field } from "../../ui/form";
import { Empty } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { Table, type TableColumn } from "../../ui/table";
import { locale, t } from "../../language";

const shown = 13; // the month that runs, and those of a year

/** The months of UTC, newest first, as the API and as people write them. */
function months(): [string, string][] {
  const now = new Date(serverNow());
  const say = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return Array.from({ length: shown }, (_, ago) => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
    return [first.toISOString().slice(0, 7), say.format(first)];
  });
}

const columns: TableColumn<Schemas["Disconnected"]>[] = [
  [t("Number"), (d) => <a href={`/inventory/${d.did}`}>{d.did}</a>],
  [t("Country"), (d) => d.country ?? ""],
  [t("Disconnected on (UTC)"), (d) => dayOf(d.disconnected_on)],
];

export function DisconnectedNumbers() {
  const choice = months();
  const [month, setMonth] = useState(choice[0]?.[0] ?? "");
  return (
    <section>
      <div class="toolbar below">
        <h2>{t("Disconnected numbers")}</h2>
      </div>
      <p>{t("Numbers whose rental ended for good. One that its customer took back, or that was disconnected twice, is in this list each time.")}</p>
      <form
        class="toolbar"
        aria-label={t("Disconnected numbers")}
        onSubmit={(event) => {
          event.preventDefault();
          setMonth(new FormData(event.currentTarget).get("month") as string);
        }}
      >
        <Field name="month" label={t("Month")} options={choice} value={month} />
        <button type="submit">{t("Show")}</button>
      </form>
      <Pages
        deps={[month]}
        load={(cursor, signal) => body(api.GET("/v1/reports/disconnected", { params: { query: { month, limit: 50, cursor } }, signal }))}
        empty={<Empty title={t("No number was disconnected in this month")} icon="list" />}
      >
        {(rows) => <Table caption={t("Disconnected numbers")} rows={rows} columns={columns} />}
      </Pages>
    </section>
  );
}
