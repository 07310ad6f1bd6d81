/** Keeps pasted lists in this tab. The address only names them, because a server refuses an address of 5,000 numbers. */
import type { PastedList } from "./list";
import { keep, kept } from "./me";

const mostKept = 3; // lists; Back leads to the ones before

type Kept = [id: string, list: PastedList][];

const all = (): Kept => JSON.parse(kept("lists") ?? "[]") as Kept;

/** Keeps a list in this tab and returns its name for the address. */
export function keepList(list: PastedList): string {
  const before = all();
  const id = String(Number(before.at(-1)?.[0] ?? 0) + 1);
  keep("lists", [...before, [id, list]].slice(-mostKept));
  return id;
}

/** Returns the list of a name. undefined: it was pasted in another tab, or three lists ago. */
export const keptList = (id: string): PastedList | undefined => all().find(([name]) => name === id)?.[1];
