/** Parts of forms in dialogs. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Dialog } from "./dialog";
import { readDecimal, writeDecimal } from "../model/decimal";
import { useAction } from "./hooks";
import { Failure } from "./parts";
import { t } from "../language";

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  required?: boolean;
  placeholder?: string;
  pattern?: string;
  type?: "text" | "number" | "date" | "datetime-local";
  maxLength?: number;
  min?: number;
  max?: number;
  options?: [value: string, say: string][];
  /** The number of lines of a text with several lines. */
  lines?: number;
}

/** A labelled input, or a list if it has options. The form reads its value by its name. */
export function Field({ name, label, hint, options, lines, value, type = "text", ...input }: FieldProps) {
  const id = `field-${name}`;
  const described = hint ? `${id}-hint` : undefined;
  const isDecimal = input.pattern === decimal;
  const kind = type as "text"; // the attributes of all kinds are those of texts
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select id={id} name={name} aria-describedby={described}>
          {options.map(([v, say]) => (
            <option key={v} value={v} selected={v === value}>
              {say}
            </option>
          ))}
        </select>
      ) : lines ? (
        <textarea id={id} name={name} rows={lines} aria-describedby={described} required={input.required} placeholder={input.placeholder} />
      ) : (
        <input
          id={id}
          name={name}
          type={kind}
          defaultValue={value}
          aria-describedby={described}
          {...input}
          {...(isDecimal && asWritten(value, input.placeholder))}
        />
      )}
      {hint && (
        <span id={described} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
}

interface ChecksProps {
  name: string;
  label: string;
  options: readonly (readonly [value: string, say: string])[];
  checked?: readonly string[];
}

/** Boxes of which several can be ticked; `chosen` reads them. */
export function Checks({ name, label, options, checked = [] }: ChecksProps) {
  return (
    <fieldset class="field">
      <legend id={`field-${name}-legend`}>{label}</legend>
      {options.map(([value, say]) => (
        <label key={value}>
          <input type="checkbox" name={`${name}:${value}`} defaultChecked={checked.includes(value)} /> {say}
        </label>
      ))}
    </fieldset>
  );
}

/** The ticked boxes of a name. */
export const chosen = <T extends string>(values: Values, name: string): T[] =>
  Object.keys(values)
    .filter((key) => key.startsWith(`${name}:`))
    .map((key) => key.slice(name.length + 1) as T);

export type Values = Record<string, string>;

interface FormProps {
  yes: string;
  /** Sends the values of the fields; false keeps the form open. */
  send: (values: Values) => Promise<void | false>;
  /** Called when the form closes, sent or not. */
  close: () => void;
  /** Called when a value changes. */
  changed?: (values: Values) => void;
  children: ComponentChildren;
}

const valuesOf = (form: HTMLFormElement): Values =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value.trim() : value.name]));

/** The values with their decimals in the form of the wire. */
function sentOf(form: HTMLFormElement): Values {
  const values = valuesOf(form);
  for (const { name } of form.querySelectorAll<HTMLInputElement>("[data-decimal]")) values[name] = readDecimal(values[name] ?? "");
  return values;
}

/** The label of a field of the form; undefined if the form has no such field. */
const labelIn = (form: HTMLFormElement | null, name: string): string | undefined =>
  form?.querySelector(`label[for="field-${name}"], #field-${name}-legend`)?.textContent ?? undefined;

/** A form with its buttons. When sending fails it stays open and shows the reason. */
export function Form({ yes, send, close, changed, children }: FormProps) {
  const action = useAction(async (form: HTMLFormElement) => {
    if ((await send(sentOf(form))) !== false) close();
  });
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      ref={form}
      class="form"
      onInput={(event) => changed?.(valuesOf(event.currentTarget))}
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(event.currentTarget);
      }}
    >
      {children}
      {action.error && <Failure error={action.error} labelOf={(name) => labelIn(form.current, name)} />}
      <div class="buttons">
        <button type="button" onClick={close}>
          {t("Cancel")}
        </button>
        <button type="submit" class="primary" disabled={action.busy}>
          {yes}
        </button>
      </div>
    </form>
  );
}

interface FormDialogProps extends Omit<FormProps, "close"> {
  /** The label of the button that opens the form. */
  label: ComponentChildren;
  title: string;
  primary?: boolean;
  disabled?: boolean;
}

/** A button that opens a form in a dialog. */
export function FormDialog({ label, title, primary, disabled, ...form }: FormDialogProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class={primary ? "primary" : ""} disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </button>
      <Dialog open={open} close={() => setOpen(false)} title={title}>
        <Form {...form} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

/** The pattern of fields with decimals: they are shown and read as the reader's language writes them. */
export const decimal = "-?[0-9]{1,15}([.][0-9]{1,4})?";

/** The attributes of a field with a decimal. */
const asWritten = (value = "", placeholder = "") => ({
  pattern: undefined,
  inputMode: "decimal" as const,
  "data-decimal": true,
  defaultValue: writeDecimal(value),
  placeholder: writeDecimal(placeholder),
});
