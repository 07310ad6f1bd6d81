/** Shows that something is loading, that it failed, or the loaded content. */
import type { ComponentChildren } from "preact";
import type { Loaded } from "./hooks";
import { Failure, PageHead, Skeleton } from "./parts";

interface Props<T> {
  of: Loaded<T>;
  /** The number of grey bars while it loads. */
  lines?: number;
  children: (data: T) => ComponentChildren;
}

export function Ready<T>({ of, lines, children }: Props<T>) {
  if (of.error) return <Failure error={of.error} retry={of.reload} />;
  return of.data === undefined ? <Skeleton lines={lines} /> : <>{children(of.data)}</>;
}

/** A page about one thing. While it loads, the page shows only the title. */
export function PageOf<T>({ title, ...ready }: Props<T> & { title: ComponentChildren }) {
  const there = ready.of.data !== undefined && !ready.of.error;
  return (
    <div class="page">
      {!there && <PageHead title={title} />}
      <Ready {...ready} />
    </div>
  );
}
