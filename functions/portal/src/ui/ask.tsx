/** A button that asks for confirmation first. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Confirm } from "./dialog";

interface Props {
  label: string;
  title: string;
  danger?: boolean;
  no?: string;
  run: () => Promise<void>;
  children: ComponentChildren;
}

export function Ask({ label, run, danger, ...question }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button type="button" class={danger ? "danger" : ""} onClick={() => setOpen(true)}>
        {label}
      </button>
      <Confirm {...question} open={open} close={close} yes={label} danger={danger} run={() => run().then(close)} />
    </>
  );
}
