/** Edits that have not been saved, kept in this tab until they are saved or discarded. */
import { keep, kept } from "./me";

type Draft = Record<string, string>;

const all = (): Record<string, Draft> => JSON.parse(kept("drafts") ?? "{}") as Record<string, Draft>;

export const draftOf = (did: string): Draft | undefined => all()[did];

export const keepDraft = (did: string, draft: Draft | undefined): void => keep("drafts", { ...all(), [did]: draft });
