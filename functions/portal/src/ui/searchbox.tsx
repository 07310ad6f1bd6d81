/** The box of a search, which understands digits, wildcards, words and names, and takes pasted lists. */
import { useEffect, useRef } from "preact/hooks";
import { api, body } from "../api/client";
import { readList } from "../model/list";
import { keepList } from "../model/lists";
import { isCustomer } from "../model/me";
import { noFilters, type Change, type Query } from "../model/query";
import { useAddressText } from "./address";
import { useLoad } from "./hooks";
import { Icon } from "./parts";
import { rich, t } from "../language";

interface Props {
  query: Query;
  change: Change;
}

const typingPause = 250; // ms

/** Sample searches. They are made from a number on sale, so they find something. */
function examples(display: string): [text: string, say: string][] {
  const [code = "", area = ""] = display.split(/[ -]/);
  const end = display.replaceAll(" ", "").slice(-4);
  return [
    [`${code} ${area}`, t("begins with")],
    [end, t("contains")],
    [`${end[0]}?${end[2]}`, t("any digit")],
    [`${code}*${end.slice(-2)}`, t("begins and ends with")],
    ["TAXI", t("keypad letters")],
  ];
}

export function SearchBox({ query, change }: Props) {
  const sample = useLoad(async (signal) => (await body(api.GET("/v1/available-dids", { params: { query: { limit: 1 } }, signal }))).data[0], []);
  const input = useRef<HTMLInputElement>(null);
  const field = useAddressText(
    query.q ?? "",
    (text) => {
      change({ q: text || undefined }, true);
      return text;
    },
    typingPause,
  );
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inField = (event.target as Element).closest?.("input, textarea, select, dialog");
      if (event.key !== "/" || inField || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  const onPaste = (event: ClipboardEvent) => {
    const list = readList(event.clipboardData?.getData("text") ?? "");
    if (!list) return;
    event.preventDefault();
    field.edit("");
    change({ q: undefined, list: keepList(list) });
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        field.commit();
      }}
    >
      <h1>
        {isCustomer.value && `${t("DID Ordering")}: `}
        <label for="q">{t("Search numbers")}</label>
      </h1>
      <div class="box">
        <Icon name="search" />
        <input
          id="q"
          dir="auto"
          ref={input}
          value={field.text}
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          placeholder="+44 20, 77?77, TAXI"
          onInput={(event) => field.edit(event.currentTarget.value)}
          onPaste={onPaste}
          aria-describedby="q-help"
          onKeyDown={(event) => event.key === "ArrowDown" && document.querySelector<HTMLElement>(".grid")?.focus()}
        />
        <button type="submit" class="button primary">
          {t("Search")}
        </button>
      </div>
      <p id="q-help" class="help">
        {sample.data &&
          examples(sample.data.display).map(([text, say]) => (
            <span key={say}>
              <button type="button" class="quiet" tabIndex={-1} onClick={() => change({ ...noFilters, q: text }, true)}>
                <kbd>{text}</kbd> {say}
              </button>
            </span>
          ))}
        <span>{rich("{key} jumps to this box", { key: <kbd>/</kbd> })}</span>
      </p>
    </form>
  );
}
