/** A short message that appears, is read aloud by screen readers, and disappears. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface Toast {
  id: number;
  text: ComponentChildren;
  tone: "good" | "bad";
}

const toasts = signal<Toast[]>([]);
const stays = 7000; // ms; long enough to read two lines

let last = 0;

export function tell(text: ComponentChildren, tone: Toast["tone"] = "good"): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }, stays);
}

export const clearToasts = (): void => {
  toasts.value = [];
};

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          {toast.text}
        </div>
      ))}
    </div>
  );
}
