/** Remembers where the reader was on each page, to return there after Back. */
interface Visit {
  top?: number; // of the page
  grid?: { top: number; active: number };
  pages?: number; // of a list that grows
}

const visits = new Map<string, Visit>();
let returned = ""; // the page to which Back led
let restoring = false;

const here = () => location.pathname + location.search;

addEventListener("popstate", () => (returned = here()));
for (const act of ["wheel", "pointerdown", "keydown"]) addEventListener(act, () => (restoring = false), { capture: true, passive: true });

/** Notes a place on this page. */
export function note(place: Visit): void {
  if (!restoring) visits.set(here(), { ...visits.get(here()), ...place });
}

/** The places that were noted on this page, if the reader went back to it. */
export const leftHere = (): Visit => (returned === here() ? (visits.get(here()) ?? {}) : {});

/** Scrolls a new page to its top or, after Back, to where it was left, as soon as it is that long again. */
export function arrive(page: HTMLElement): void {
  if (returned !== here()) returned = "";
  const top = leftHere().top ?? 0;
  const end = performance.now() + 3000; // ms
  restoring = true;
  const reach = () => {
    page.scrollTop = top;
    restoring &&= Math.abs(page.scrollTop - top) > 1 && performance.now() < end;
    if (restoring) requestAnimationFrame(reach);
  };
  reach();
}
