/** What people, programs, files and operators did, with the values before and after. */
import { api, body, type Schemas } from "../../api/client";
import { moment, spaced } from "../../model/words";
import { useLocation } from "../../router";
import { useTitle } from "../../ui/hooks";
import { Empty, PageHead } from "../../ui/parts";
import { Pages } from "../../ui/pages";
import { Table, type TableColumn } from "../../ui/table";
import { Filters, type Query } from "./filters";
import { t } from "../../language";

type Entry = Schemas["AuditEntry"];

export function AuditPage() {
  useTitle(t("Audit"));
  const { query, route } = useLocation();
  const search = (next: Query) => {
    const given = Object.entries(next).filter(([, value]) => value);
    route(`/audit${given.length ? `?${new URLSearchParams(given).toString()}` : ""}`);
  };
  return (
    <div class="page">
      <PageHead title={t("Audit")} lead={t("Who changed settings, prices, people, keys, money, orders and rentals. Entries never change.")} />
      <Filters key={JSON.stringify(query)} of={query} search={search} />
      <Pages
        deps={[JSON.stringify(query)]}
        load={(cursor, signal) => body(api.GET("/v1/audit", { params: { query: { ...asked(query), limit: 50, cursor } }, signal }))}
        empty={
          <Empty title={t("No acts")} icon="list">
            <p>{t("Nothing was changed in this time, or nothing that fits the filters.")}</p>
          </Empty>
        }
      >
        {(rows) => <Table caption={t("Acts")} rows={rows} columns={columns} />}
      </Pages>
    </div>
  );
}

/** The query as the API takes it: days are whole, from the first midnight to the one after the last. */
function asked({ from, to, ...rest }: Query): Query {
  const after = (day: string) => new Date(new Date(day).getTime() + 86_400_000).toISOString();
  return { ...rest, ...(from && { from: new Date(from).toISOString() }), ...(to && { to: after(to) }) };
}

const columns: TableColumn<Entry>[] = [
  [t("When"), (e) => <time dateTime={e.at}>{moment(e.at)}</time>],
  [t("Who"), (e) => <Who of={e.actor} />],
  [t("What"), (e) => spaced(e.action.replace(".", " "))],
  [t("Customer"), (e) => e.customer && <a href={`/customers/${e.customer}`}>{e.customer}</a>],
  [t("About"), (e) => <About of={e} />],
  [t("Change"), (e) => <Change of={e} />],
];

const kinds: Record<Schemas["Actor"]["kind"], string> = {
  user: t("person"),
  api_key: t("API key"),
  import: t("file"),
  schedule: t("timer"),
  operator: t("operator"),
  payment_provider: t("payment provider"),
};

function Who({ of: actor }: { of: Entry["actor"] }) {
  if (!actor) return <span class="quiet">{t("not recorded")}</span>;
  const name = actor.name ?? actor.id ?? kinds[actor.kind];
  return (
    <>
      {actor.id ? <a href={`/audit?actor=${encodeURIComponent(actor.id)}`}>{name}</a> : name} <small>{kinds[actor.kind]}</small>
    </>
  );
}

const shown = 3;

function About({ of: e }: { of: Entry }) {
  const others = e.dids.filter((did) => did !== e.subject);
  return (
    <>
      {e.subject && (e.dids.includes(e.subject) ? <Did of={e.subject} /> : <span class="key">{e.subject}</span>)}
      {others.slice(0, shown).map((did) => (
        <div key={did}>
          <Did of={did} />
        </div>
      ))}
      {others.length > shown && <small>{t("and {others} more", { others: others.length - shown })}</small>}
    </>
  );
}

const Did = ({ of }: { of: string }) => <a href={`/inventory/${of}`}>{of}</a>;

function Change({ of: { old, new: now } }: { of: Entry }) {
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return (
    <>
      {fields.map((field) => (
        <div key={field}>
          <small>{spaced(field)}</small> {old[field] !== undefined && <del>{old[field]}</del>} {now[field] !== undefined && <ins>{now[field]}</ins>}
        </div>
      ))}
    </>
  );
}
