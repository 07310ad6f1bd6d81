/** A dialog over the page. Escape closes it, and the focus returns to the element that had it before. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useAction } from "./hooks";
import { Failure } from "./parts";
import { t } from "../language";

interface DialogProps {
  open: boolean;
  close: () => void;
  title: string;
  children: ComponentChildren;
}

export function Dialog({ open, close, title, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const el = dialog.current;
    if (open && !el?.open) el?.showModal();
    if (!open && el?.open) el.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
      {open && (
        <>
          <h2>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}

interface ConfirmProps extends DialogProps {
  yes: string;
  no?: string;
  danger?: boolean;
  run: () => Promise<void>;
}

export function Confirm({ yes, no = t("Cancel"), danger, run, children, ...dialog }: ConfirmProps) {
  const action = useAction(run);
  return (
    <Dialog {...dialog}>
      {children}
      {action.error && <Failure error={action.error} />}
      <div class="buttons">
        <button type="button" onClick={dialog.close}>
          {no}
        </button>
        <button type="button" class={danger ? "danger" : "primary"} disabled={action.busy} onClick={() => void action.run()}>
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
