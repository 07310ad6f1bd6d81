/** The address, and the page that it shows. */
import { computed, signal } from "@preact/signals";
import { createContext, type ComponentType } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

const here = () => location.pathname + location.search;

const address = signal(here());
const path = computed(() => new URL(address.value, location.origin).pathname.replace(/\/+$/, "") || "/");
const query = computed((): Record<string, string> => Object.fromEntries(new URL(address.value, location.origin).searchParams));

/** Shows the page of another address, in the place of this one if `replace`. */
export function route(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  address.value = here();
}

addEventListener("popstate", () => {
  address.value = here();
});

const served = ["/docs", "/openapi.json"]; // by the server, not by this page

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const link = (event.target as Element).closest("a");
  const href = link?.getAttribute("href") ?? "#";
  if (!link || href.startsWith("#") || link.origin !== location.origin || link.target || link.download || served.includes(link.pathname)) return;
  event.preventDefault();
  route(link.pathname + link.search);
});

export const useLocation = () => ({ path: path.value, query: query.value, route });

const Params = createContext<Record<string, string>>({});

/** The parameters of the page's path. */
export const useRoute = () => ({ params: useContext(Params) });

/** The parameters of a path that has the pattern, such as /dids/:did; null for another path. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const parts = path.split("/");
  const wanted = pattern.split("/");
  if (parts.length !== wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [i, want] of wanted.entries()) {
    if (want.startsWith(":")) params[want.slice(1)] = parts[i] ?? "";
    else if (want !== parts[i]) return null;
  }
  return params;
}

interface Props {
  pages: readonly (readonly [pattern: string, page: ComponentType])[];
  /** The page of every other path. */
  other: ComponentType;
}

/** The first page whose pattern the address has. */
export function Router({ pages, other: Other }: Props) {
  for (const [pattern, Page] of pages) {
    const params = match(pattern, path.value);
    if (params)
      return (
        <Params.Provider key={pattern} value={params}>
          <Page />
        </Params.Provider>
      );
  }
  return <Other />;
}

/** A page, or a part of one, whose script is loaded when it is first shown. */
export function lazy<P extends object = object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let page: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [Page, show] = useState(() => page);
    useEffect(() => {
      if (!Page) void load().then((loaded) => show(() => (page = loaded)));
    }, [Page]);
    return Page ? <Page {...props} /> : null;
  };
}
