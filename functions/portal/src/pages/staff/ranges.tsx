/** The carrier's ranges, each with its use. */
import { useLocation } from "../../router";
import { api, body, everyPage, type Schemas, whole } from "../../api/client";
import { download, toCSV } from "../../model/csv";
import { isForeign, sayForeign } from "../../model/foreign";
import { may } from "../../model/me";
import { country, count, spaced } from "../../model/words";
import { useAddressText } from "../../ui/address";
import { Field, FormDialog, type Values } from "../../ui/form";
import { useAction, useLoad } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty, Icon } from "../../ui/parts";
import { Table } from "../../ui/table";
import { t } from "../../language";

export type Range = Schemas["Range"];

type RangePage = { data: Range[]; next_cursor: string | null };

export function Ranges() {
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const foreign = packages.data?.data.filter((p) => isForeign(p.recurring)) ?? [];
  const { query, route } = useLocation();
  const { country: code = "", package: pack } = query;
  const coverage = useLoad((signal) => body(api.GET("/v1/coverage", { signal })), []);
  const load = async (cursor?: string, signal?: AbortSignal): Promise<RangePage> => {
    const page = await body(
      api.GET("/v1/ranges", { params: { query: { starts_with: starts, package: pack, cursor, limit: code ? 200 : undefined } }, signal }),
    );
    return code ? { ...page, data: page.data.filter((r) => r.country === code) } : page;
  };
  const csv = useAction(async () => download("ranges.csv", toCSV(csvRows(await everyPage(load)))));
  const starts = query.starts_with?.replace(/\D/g, "") || undefined;
  const field = useAddressText(starts ?? "", (text) => {
    const digits = text.replace(/\D/g, "");
    route(digits ? `/inventory?starts_with=${digits}` : "/inventory");
    return digits;
  });
  return (
    <>
      <div class="toolbar">
        <h2>{t("Ranges")}</h2>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            field.commit();
          }}
        >
          <label class="hidden" for="starts">
            {t("Ranges that begin with")}
          </label>
          <input
            id="starts"
            type="search"
            placeholder={t("Begins with, such as 4420")}
            value={field.text}
            onInput={(event) => field.edit(event.currentTarget.value)}
          />
        </form>
        <select
          aria-label={t("Country")}
          value={code}
          onChange={(event) => route(event.currentTarget.value ? `/inventory?country=${event.currentTarget.value}` : "/inventory")}
        >
          <option value="">{t("All countries")}</option>
          {[...new Set([...(coverage.data?.countries.map((c) => c.value) ?? []), ...(code ? [code] : [])])].map((value) => (
            <option key={value} value={value}>
              {country(value)}
            </option>
          ))}
        </select>
        <button type="button" disabled={csv.busy} onClick={() => void csv.run()}>
          <Icon name="download" /> CSV
        </button>
        {changes.map((c) => may[c.by].value && <Change key={c.action} {...c} />)}
      </div>
      <Pages
        deps={[starts, code, pack]}
        load={load}
        empty={
          <Empty title={starts || code || pack ? t("No ranges match") : t("No ranges yet")} icon="box">
            {may.import.value && (
              <p>
                <a class="button primary" href="/imports">
                  {t("Import a file")}
                </a>
              </p>
            )}
          </Empty>
        }
      >
        {(ranges) => (
          <Table
            caption={t("Ranges")}
            rows={ranges}
            columns={[
              [
                t("Numbers"),
                (r) => (
                  <>
                    <a class="plain" href={`/numbers?q=${encodeURIComponent(commonStart(r))}`}>{`${r.start}\u00a0– ${r.end}`}</a>
                    {r.scattered && <small> {t("scattered")}</small>}
                  </>
                ),
              ],
              [t("Area"), (r) => r.area ?? country(r.country)],
              [
                t("Package"),
                (r) => (
                  <>
                    {r.package}
                    {foreign.map(
                      (p) =>
                        p.id === r.package && (
                          <small key={p.id} class="short">
                            {" "}
                            {sayForeign(p.recurring)}
                          </small>
                        ),
                    )}
                  </>
                ),
              ],
              [t("Offered"), (r) => count(r.count), "count"],
              [t("In use"), (r) => <Use of={r} />],
              [t("Rented"), (r) => count(r.rented), "count"],
              [t("Free"), (r) => count(r.available), "count"],
            ]}
          />
        )}
      </Pages>
    </>
  );
}

const csvRows = (ranges: Range[]): string[][] => [
  ["start", "end", "country", "area", "type", "package", "offered", "rented", "held", "aging", "withheld", "available"],
  ...ranges.map((r) => [
    r.start,
    r.end,
    r.country ?? "",
    r.area ?? "",
    r.type ?? "",
    r.package,
    ...[r.count, r.rented, r.held, r.aging, r.withheld, r.available].map(String),
  ]),
];

/** The digits that all numbers of a range begin with. */
function commonStart({ start, end }: Range): string {
  let n = 0;
  while (n < start.length && start[n] === end[n]) n++;
  return start.slice(0, n);
}

/** A bar: rented, held, aging and withheld numbers; the rest is available. */
export function Use({ of }: { of: Pick<Range, "count" | "rented" | "held" | "aging" | "withheld"> }) {
  const parts = [
    ["rented", of.rented],
    ["held", of.held],
    ["aging", of.aging],
    ["withheld", of.withheld],
  ] as const;
  const said =
    parts
      .filter(([, n]) => n > 0)
      .map(([name, n]) => `${count(n)} ${spaced(name)}`)
      .join(", ") || t("all free");
  return (
    <span class="use" role="img" aria-label={said} title={said}>
      {parts.map(([name, n]) => n > 0 && <span key={name} class={name} style={{ width: `${(n / Math.max(1, of.count)) * 100}%` }} />)}
    </span>
  );
}

const changes = [
  { action: "withhold", label: t("Withhold"), by: "withhold", text: t("These numbers are not for sale until you return them. Rented numbers stay rented.") },
  { action: "return", label: t("Return"), by: "withhold", text: t("Withheld numbers go on sale again.") },
  {
    action: "withdraw",
    label: t("Withdraw"),
    by: "import",
    text: t("These numbers are no longer offered. Rented numbers stay rented; held numbers may still be bought."),
  },
  { action: "reprice", label: t("Re-price"), by: "import", text: t("New rentals cost the package’s price; existing rentals keep their agreed price.") },
] as const;

/** Changes a span of numbers, or only `did`. The change is a job that first shows its plan. */
function Change({ action, label, text, did }: (typeof changes)[number] & { did?: string }) {
  const { route } = useLocation();
  const packages = useLoad(
    (signal) =>
      action === "reprice"
        ? whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal })))
        : Promise.resolve(undefined),
    [],
  );
  const send = async (v: Values) => {
    const span = { start: did ?? v.start ?? "", end: did ?? (v.end || v.start || ""), mode: "partial" as const, dry_run: true };
    const job =
      action === "reprice"
        ? await body(api.POST("/v1/ranges/reprice", { body: { ...span, package: v.package ?? "" } }))
        : await body(api.POST(`/v1/ranges/${action}`, { body: span }));
    route(`/imports/${job.id}`);
  };
  return (
    <FormDialog label={label} title={did ? `${label}: ${did}` : label} yes={t("Create plan")} send={send}>
      <p class="hint">{t("{text} Nothing changes before you apply the plan.", { text })}</p>
      {!did && (
        <div class="pair">
          <Field name="start" label={t("From")} placeholder="+442079460000" required />
          <Field name="end" label={t("To")} placeholder="+442079460099" hint={t("Leave empty for one number.")} />
        </div>
      )}
      {action === "reprice" && <Field name="package" label={t("Package")} options={packages.data?.data.map((p) => [p.id, p.name]) ?? []} />}
    </FormDialog>
  );
}

/** The changes that one number's state allows. */
export function Changes({ did, state }: { did: string; state: string }) {
  const actions = state === "withheld" ? ["return"] : state === "available" ? ["withhold", "withdraw", "reprice"] : [];
  return <>{changes.map((c) => actions.includes(c.action) && may[c.by].value && <Change key={c.action} {...c} did={did} />)}</>;
}
