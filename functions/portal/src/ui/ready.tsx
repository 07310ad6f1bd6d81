/** What is shown of something that is being loaded: that it is, that it failed, and then itself. */
import type { ComponentChildren } from "preact";
import type { Loaded } from "./hooks";
import { Failure, PageHead, Skeleton } from "./parts";

interface Props<T> {
  of: Loaded<T>;
  /** How many grey bars stand for it. */
  lines?: number;
  children: (data: T) => ComponentChildren;
}

export function Ready<T>({ of, lines, children }: Props<T>) {
  if (of.error) return <Failure error={of.error} retry={of.reload} />;
  return of.data === undefined ? <Skeleton lines={lines} /> : <>{children(of.data)}</>;
}

/** A page that is about one thing; until that is there, the title stands alone. */
export function PageOf<T>({ title, ...ready }: Props<T> & { title: ComponentChildren }) {
  const there = ready.of.data !== undefined && !ready.of.error;
  return (
    <div class="page">
      {!there && <PageHead title={title} />}
      <Ready {...ready} />
    </div>
  );
}
