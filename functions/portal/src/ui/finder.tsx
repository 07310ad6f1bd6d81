/** The finder: a dialog that finds any record, page or search by what a person types. Ctrl+K opens it. */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "../router";
import { api, body } from "../api/client";
import { finding, pagesFor, searchesFor, type Way, wayTo } from "../model/finding";
import { isCustomer } from "../model/me";
import { Dialog } from "./dialog";
import { useLoad } from "./hooks";
import { Failure } from "./parts";
import { t } from "../language";

const close = () => (finding.value = false);

export function Finder() {
  return (
    <Dialog open={finding.value} close={close} title={t("Find")}>
      <Find />
    </Dialog>
  );
}

const typingPause = 200; // ms

/** The text after the person has paused. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), typingPause);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

function Find() {
  const { route } = useLocation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const asked = usePaused(text.trim());
  const found = useLoad(
    async (signal) => (isCustomer.value || !asked ? [] : (await body(api.GET("/v1/find", { params: { query: { q: asked } }, signal }))).data.map(wayTo)),
    [asked],
  );
  const records = isCustomer.value ? searchesFor(text) : (found.data ?? []);
  const ways = [...records, ...pagesFor(text, isCustomer.value)];
  const chosen = Math.min(at, ways.length - 1);
  const go = (way: Way | undefined) => {
    if (!way) return;
    close();
    route(way.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((chosen + step + ways.length) % ways.length);
    else if (event.key === "Enter") go(ways[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <div class="finder">
      <input
        aria-label={isCustomer.value ? t("A number or a page") : t("A number, customer, order, invoice, payment reference, import, package or page")}
        role="combobox"
        aria-expanded="true"
        aria-controls="finder-list"
        aria-activedescendant={ways.length ? `way-${chosen}` : undefined}
        autocomplete="off"
        spellcheck={false}
        autofocus
        maxLength={128}
        placeholder={isCustomer.value ? t("A number or a page") : t("Number, customer, order, invoice, payment, import, package")}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.error && <Failure error={found.error} retry={found.reload} />}
      <ul id="finder-list" role="listbox" aria-label={t("Found")}>
        {ways.map((way, i) => (
          <li key={way.path + way.name} id={`way-${i}`} role="option" aria-selected={i === chosen} onClick={() => go(way)}>
            <small>{way.kind}</small> <span>{way.name}</span> <small>{way.detail}</small>
          </li>
        ))}
      </ul>
      <p class="quiet" role="status">
        {ways.length === 0 && !found.loading && asked === text.trim() && t("Nothing found.")}
      </p>
    </div>
  );
}
