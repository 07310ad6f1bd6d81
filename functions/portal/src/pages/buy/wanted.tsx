/** The form of an order without a cart. */
import type { Query } from "../../model/query";
import { useState } from "preact/hooks";
import { decimal, Field } from "../../ui/form";
import { Failure } from "../../ui/parts";
import { requestOf, type Request } from "./request";
import { t } from "../../language";

interface Props {
  byList: boolean;
  query: Query;
  busy: boolean;
  send: (request: Request) => void;
}

export function Wanted({ byList, query, busy, send }: Props) {
  const [problem, setProblem] = useState<Error>();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const values = [...new FormData(event.currentTarget)].map(([name, value]) => [name, typeof value === "string" ? value.trim() : ""] as const);
        try {
          setProblem(undefined);
          send(requestOf(Object.fromEntries(values)));
        } catch (error) {
          setProblem(error as Error); // a price that can be read in two ways
        }
      }}
    >
      {byList ? (
        <Field
          name="list"
          label={t("Numbers")}
          lines={8}
          required
          placeholder="+44 20 7946 0000"
          hint={t("One a line, in any international notation; up to 5,000.")}
        />
      ) : (
        <Criteria query={query} />
      )}
      <label class="choice">
        <input type="checkbox" name="partial" /> {t("Fewer are acceptable, if not all are available")}
      </label>
      {problem && <Failure error={problem} />}
      <div class="buttons">
        <button type="submit" disabled={busy}>
          {busy ? t("Looking …") : t("Preview")}
        </button>
      </div>
    </form>
  );
}

const kept = ["country", "type", "features", "interval", "max_setup", "memorable"] as const;

function Criteria({ query }: { query: Query }) {
  return (
    <>
      <div class="pair">
        <Field name="quantity" label={t("How many")} type="number" min={1} max={5000} value="100" required />
        <Field name="consecutive" label={t("In blocks of")} type="number" min={2} max={90} value={query.consecutive} hint={t("Empty for single numbers.")} />
      </div>
      <Field name="q" label={t("Digits")} value={query.q} placeholder="20 7??? 1234" hint={t("As in the search: ? is one digit, * any digits.")} />
      <Field name="area" label={t("Area")} value={query.area} placeholder={t("London")} />
      <div class="pair">
        <Field name="package" label={t("Package")} value={query.package} />
        <Field name="max_recurring" label={t("At most a month")} value={query.max_recurring} pattern={decimal} placeholder="3.00" />
      </div>
      <Field
        name="sort"
        label={t("Take first")}
        value={query.sort}
        options={[
          ["", t("the lowest numbers")],
          ["price", t("the cheapest")],
          ["memorable", t("the easiest to remember")],
        ]}
      />
      {kept.map((name) => query[name] && <input key={name} type="hidden" name={name} value={query[name]} />)}
      {query.country && <p class="hint">{t("Only numbers of {country}, as in your search.", { country: query.country })}</p>}
    </>
  );
}
