/** Small parts of pages. */
import type { ComponentChildren } from "preact";
import type { Money } from "../api/client";
import { type Marker, pieces } from "../model/match";
import { show, showAmount } from "../model/money";
import { monthly, type Price } from "../model/price";
import { ApiError } from "../api/client";
import { capital, labelled, per, spaced } from "../model/words";
import { known, language, t } from "../language";

const paths = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
  cart: "M3 4h2.5l2.2 11h10l2.3-8H7M9 20h.01M17 20h.01",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5 10 17.5 19 7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.5l3 2",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  upload: "M12 20V9m-5 5 5-5 5 5M5 4h14",
  filter: "M4 6h16M7 12h10M10 18h4",
  number: "M5 9h14M5 15h14M10 4 8 20M16 4l-2 16",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  wallet: "M4 7h16v12H4zM4 7l11-3v3M16 13h.01",
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.5 2.7-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6M17 14.5c2.4.6 4 2.7 4 5.5",
  tag: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  box: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5",
  alert: "M12 4 21 20H3zM12 10v4M12 17h.01",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  back: "M14 6l-6 6 6 6",
  out: "M14 5h5v14h-5M4 12h10m-4-4 4 4-4 4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon i-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** An amount; the currency is quieter than the figures. */
export function Amount({ value, bare }: { value: Money; bare?: boolean }) {
  return (
    <bdi class="amount" dir="ltr">
      {showAmount(value)}
      {!bare && <small> {value.currency}</small>}
    </bdi>
  );
}

/** A recurring price with its period, and with the amount a month if the period is not a month. */
export function Recurring({ of }: { of: Price }) {
  const equal = monthly(of);
  return (
    <>
      <Amount value={of.recurring} /> <small class="per">{per(of.interval)}</small>
      {equal && (
        <>
          {" "}
          <small class="equal">{equal}</small>
        </>
      )}
    </>
  );
}

/** Amounts of several currencies. */
export function Amounts({ values }: { values: Money[] }) {
  return (
    <bdi class="amount" dir="ltr">
      {values.map(show).join(" + ")}
    </bdi>
  );
}

/** A number with the searched digits marked. */
export function Number({ display, mark }: { display: string; mark?: Marker }) {
  return (
    <bdi class="did" dir="ltr">
      {mark ? pieces(display, mark).map((piece, i) => (piece.marked ? <mark key={i}>{piece.text}</mark> : piece.text)) : display}
    </bdi>
  );
}

const tones: Record<string, string> = {
  active: "good",
  available: "good",
  completed: "good",
  processing: "warn",
  review: "warn",
  applied: "good",
  past_due: "warn",
  pending_release: "warn",
  aging: "warn",
  held: "warn",
  paid: "good",
  open: "warn",
  queued: "warn",
  running: "warn",
  awaiting_upload: "warn",
  awaiting_approval: "warn",
  planned: "warn",
  plan: "warn",
  suspended: "bad",
  failed: "bad",
  rejected: "bad",
  unavailable: "bad",
  not_offered: "bad",
  invalid: "bad",
  ambiguous: "warn",
};

const stateWords: Record<string, string> = {
  active: t("Active"),
  past_due: t("Past due"),
  suspended: t("Suspended"),
  pending_release: t("Ends soon"),
  aging: t("Released"),
  ported_out: t("Ported out"),
  awaiting_upload: t("Waiting for the file"),
  awaiting_approval: t("Waiting for an approval"),
};

/** A state as a word with a coloured dot; the word is enough without the colour. */
export function State({ of, say }: { of: string; say?: string }) {
  return <span class={`state ${tones[of] ?? "idle"}`}>{say ?? stateWords[of] ?? capital(spaced(of))}</span>;
}

interface FailureProps {
  error: Error;
  retry?: () => void;
  /** The label of a form's field, by the name that the API gives it. */
  labelOf?: (name: string) => string | undefined;
}

/** The text of an error and, in other languages than English, the API's own text after it. */
function Cause({ error, labelOf }: { error: Error; labelOf: (name: string) => string | undefined }) {
  const text = capital(labelled(error.message.replace(/^q: /, "your search "), labelOf));
  const detail = /[.!?]$/.test(text) ? text : `${text}.`;
  const ofApi = error instanceof ApiError && error.code !== "" && language !== "en";
  if (!ofApi) return <>{detail}</>;
  return (
    <>
      {known(`!${error.code}`)} <span lang="en">{detail}</span>
    </>
  );
}

/** An error: its cause, and the next step. */
export function Failure({ error, retry, labelOf = () => undefined }: FailureProps) {
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const asked = error instanceof ApiError && (error.status === 400 || error.status === 422); // only the person who asked can correct it
  const reference = error instanceof ApiError && !asked && error.reference;
  return (
    <div class="note bad" role="alert">
      <Icon name="alert" />
      <div>
        <p dir="auto">
          <Cause error={error} labelOf={labelOf} />
        </p>
        {fields.length > 1 && (
          <ul lang="en">
            {fields.map((field, i) => (
              <li key={i}>{capital(field.detail)}</li>
            ))}
          </ul>
        )}
        {reference && <p class="quiet">{t("Reference {reference}", { reference })}</p>}
      </div>
      {retry && !asked && (
        <button type="button" onClick={retry}>
          {t("Try again")}
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children, icon = "number" }: { title: string; children?: ComponentChildren; icon?: IconName }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Grey bars in the place of text that loads. */
export function Skeleton({ lines = 5 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={t("Loading")}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}

export function PageHead({ title, lead, children }: { title: ComponentChildren; lead?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

/** A table that scrolls sideways on a narrow page, by the keyboard too. */
export function TableBox({ caption, children }: { caption: string; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

/** Views of one page. Each has the page's address with `?show=` and its name; the first has no `show`. */
export function Tabs({ label, at, tabs }: { label: string; at: string; tabs: readonly (readonly [name: string, say: string])[] }) {
  return (
    <nav class="segments tabs" aria-label={label}>
      {tabs.map(([name, say]) => (
        <a key={name} class="button" href={name ? `?show=${name}` : location.pathname} aria-current={at === name ? "page" : undefined}>
          {say}
        </a>
      ))}
    </nav>
  );
}

/** Names and their values. */
export function FactList({ of }: { of: [name: string, value: ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
