/**
 * Keeps the focus near its place when its element is gone: when a line is removed,
 * or a button is disabled while its action runs. Without this the focus goes to the
 * body, and the keyboard begins at the top of the page again.
 */
let last: HTMLElement | null = null;
let around: { box: Element; place: number }[] = []; // the boxes of `last`, innermost first, with its place in each

const focusable = "a[href], button, input, select, textarea, summary, [tabindex='0']";

const inside = (box: Element): HTMLElement[] =>
  [...box.querySelectorAll<HTMLElement>(focusable)].filter((el) => !el.matches(":disabled, [tabindex='-1']") && el.checkVisibility());

const isOff = (el: HTMLElement): boolean => !el.isConnected || el.matches(":disabled");

/** Begins to watch the focus. */
export function keepFocus(): void {
  addEventListener("focusin", ({ target }) => {
    last = target as HTMLElement;
    around = [];
    for (let box = last.parentElement; box && box !== document.body; box = box.parentElement) around.push({ box, place: inside(box).indexOf(last) });
  });
  addEventListener("focusout", ({ target }) => {
    if (!isOff(target as HTMLElement)) last = null; // the reader left it
  });
  addEventListener("pointerdown", () => (last = document.activeElement === document.body ? null : last));
  new MutationObserver(restore).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled", "open"] });
}

function restore(): void {
  if (!last || document.activeElement !== document.body) return;
  if (!isOff(last)) return last.focus();
  if (last.isConnected) return; // it comes back when its action has ended
  const near = around.find(({ box }) => box.isConnected && box.checkVisibility() && inside(box).length > 0);
  const list = near ? inside(near.box) : [];
  list[Math.min(Math.max(0, near?.place ?? 0), list.length - 1)]?.focus();
}
