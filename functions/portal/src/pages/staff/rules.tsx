/** Price rules: numbers of a pattern get another package than their range's. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { api, ApiError, body, type Schemas, whole } from "../../api/client";
import { may } from "../../model/me";
import { reason } from "../../model/rule";
import { capital, count, plural } from "../../model/words";
import { useAction, useLoad } from "../../ui/hooks";
import { Empty, Failure } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table } from "../../ui/table";
import { tell } from "../../ui/toast";
import { t } from "../../language";

type Answer = Schemas["PriceRules"];
type Draft = Schemas["PriceRuleRequest"];

export function Rules() {
  const packages = useLoad((signal) => whole((cursor) => body(api.GET("/v1/packages", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const rules = useLoad((signal) => body(api.GET("/v1/price-rules", { signal })), []);
  const [editing, edit] = useState(false);
  return (
    <section class="rules">
      <h2>{t("Price rules")}</h2>
      <p class="quiet">
        {t(
          "A number that matches a pattern has the rule's package instead of its range's. The first rule that matches decides; a rule holds only for numbers priced in its currency.",
        )}
      </p>
      <Ready of={rules}>
        {(now) =>
          editing ? (
            <Editor
              now={now}
              packages={(packages.data?.data ?? []).filter((p) => p.on_sale)}
              done={(saved) => {
                edit(false);
                if (saved) rules.reload();
              }}
            />
          ) : (
            <>
              {now.rules.length ? <Listed of={now} /> : <Empty title={t("No price rules")} icon="tag" />}
              {may.price.value && packages.data && (
                <button type="button" onClick={() => edit(true)}>
                  {t("Edit the price rules")}
                </button>
              )}
            </>
          )
        }
      </Ready>
    </section>
  );
}

function Listed({ of }: { of: Answer }) {
  return (
    <>
      <Table
        caption={t("Price rules")}
        rows={of.rules}
        columns={[
          [
            t("Pattern"),
            (r) => (
              <>
                <code>{r.pattern}</code> <small>{reason(r.pattern)}</small>
              </>
            ),
          ],
          [t("Package"), (r) => r.package.name],
          [t("Numbers"), (r) => count(r.numbers), "count"],
        ]}
      />
      <p class="quiet">{t("{numbers} keep the package of their range.", { numbers: plural(of.other_numbers, "number") })}</p>
    </>
  );
}

/** How long to wait after a change before its numbers are counted, in ms. */
const pause = 500;

/** The faults of a refused list of rules, by the rule's index; those of no rule have -1. */
function faultsOf(error: Error | null): Map<number, string> {
  const faults = new Map<number, string>();
  for (const field of error instanceof ApiError ? (error.problem.errors ?? []) : []) {
    const index = /^\/rules\/([0-9]+)/.exec(field.pointer ?? "")?.[1];
    faults.set(index ? Number(index) : -1, field.detail);
  }
  return faults;
}

function Editor({ now, packages, done }: { now: Answer; packages: Schemas["Package"][]; done: (saved: boolean) => void }) {
  const [rules, setRules] = useState<Draft[]>(now.rules.map((r) => ({ pattern: r.pattern, package: r.package.id })));
  const [counted, setCounted] = useState<Answer | null>(now);
  const send = useCallback((dry_run: boolean) => body(api.PUT("/v1/price-rules", { body: { version: now.version, rules, dry_run } })), [rules, now.version]);
  const [fault, setFault] = useState<Error | null>(null);
  const save = useAction(
    useCallback(async () => {
      await send(false);
      tell(t("The price rules are saved. Searches show the new prices within seconds."));
      done(true);
    }, [send, done]),
  );
  const isComplete = rules.every((r) => r.pattern.trim() !== "");
  useEffect(() => {
    setCounted(null);
    setFault(null);
    if (!isComplete) return;
    let isOld = false; // the rules changed again: this answer counts nothing
    const timer = setTimeout(() => {
      send(true).then(
        (answer) => !isOld && setCounted(answer),
        (failed: Error) => !isOld && setFault(failed),
      );
    }, pause);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [rules]);
  const put = (i: number, rule: Draft) => setRules(rules.map((r, n) => (n === i ? rule : r)));
  const up = (i: number) => setRules(rules.map((r, n) => (n === i ? rules[i - 1] : n === i - 1 ? rules[i] : r) ?? r));
  const error = fault ?? save.error;
  const faults = faultsOf(error);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        void save.run();
      }}
    >
      <ol class="rule-list">
        {rules.map((rule, i) => (
          <li key={i}>
            <input
              aria-label={t("Pattern of rule {rule}", { rule: i + 1 })}
              value={rule.pattern}
              placeholder="*7777"
              maxLength={40}
              spellcheck={false}
              required
              onInput={(e) => put(i, { ...rule, pattern: e.currentTarget.value })}
            />
            <select
              aria-label={t("Package of rule {rule}", { rule: i + 1 })}
              value={rule.package}
              onChange={(e) => put(i, { ...rule, package: e.currentTarget.value })}
            >
              {packages.map((p) => (
                <option key={p.id} value={p.id}>
                  {p.name}
                </option>
              ))}
            </select>
            <span class="rule-count" aria-live="polite">
              {counted?.rules[i] ? plural(counted.rules[i].numbers, "number") : "…"}
            </span>
            <button type="button" class="quiet" disabled={i === 0} onClick={() => up(i)}>
              {t("Move up")}
            </button>
            <button type="button" class="quiet" onClick={() => setRules(rules.filter((_, n) => n !== i))}>
              {t("Remove")}
            </button>
            {faults.has(i) && (
              <p class="bad" role="alert" lang="en">
                {capital(faults.get(i) ?? "")}
              </p>
            )}
          </li>
        ))}
      </ol>
      <p class="hint">{t("Write the whole number without its plus: ? is any digit, * is any digits or none. *7777 is every number that ends in 7777.")}</p>
      {error && (faults.size === 0 || faults.has(-1)) && <Failure error={error} />}
      <div class="actions">
        <button
          type="button"
          disabled={rules.length >= 50 || !packages[0]}
          onClick={() => setRules([...rules, { pattern: "", package: packages[0]?.id ?? "" }])}
        >
          {t("Add a rule")}
        </button>
        <button type="submit" class="primary" disabled={save.busy || !isComplete || counted === null}>
          {t("Save the price rules")}
        </button>
        <button type="button" class="quiet" onClick={() => done(false)}>
          {t("Discard changes")}
        </button>
      </div>
    </form>
  );
}
