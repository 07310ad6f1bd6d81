/**
 * One session over all tabs of this browser. A tab keeps its tokens to itself
 * (sessionStorage); a new tab, such as one opened by Ctrl+click, asks the open
 * ones for theirs. Only pages of our own origin can read the channel.
 */
const channel = new BroadcastChannel("session");

const answerTime = 200; // ms that a new tab waits for an open one

type Message<T> = { type: "ask"; from: string } | { type: "session"; session: T; to?: string } | { type: "over"; id: string };

export interface Session {
  /** Identifies the sign-in: tabs with different users stay separate. */
  id: string;
}

interface Listener<T> {
  current: () => T | null;
  changed: (session: T) => void;
  over: () => void;
}

/** Answers new tabs, and follows the tabs of the same sign-in. */
export function follow<T extends Session>({ current, changed, over }: Listener<T>): void {
  channel.addEventListener("message", ({ data }: MessageEvent<Message<T>>) => {
    const mine = current();
    if (data.type === "ask" && mine) channel.postMessage({ type: "session", session: mine, to: data.from });
    if (data.type === "session" && data.session.id === mine?.id) changed(data.session);
    if (data.type === "over" && data.id === mine?.id) over();
  });
}

/** Tells the other tabs of the sign-in about its newest tokens. */
export const tell = <T extends Session>(session: T): void => channel.postMessage({ type: "session", session });

/** Tells the other tabs that the session has been ended. */
export const tellOver = (id: string): void => channel.postMessage({ type: "over", id });

/**
 * Asks the open tabs for a session. The first answer goes to found, also if it
 * comes late; resolves when it has come, or when the page waits no longer.
 */
export function ask<T extends Session>(found: (session: T) => void): Promise<void> {
  const from = crypto.randomUUID();
  return new Promise((resolve) => {
    const heard = ({ data }: MessageEvent<Message<T>>) => {
      if (data.type !== "session" || data.to !== from) return;
      channel.removeEventListener("message", heard);
      found(data.session);
      resolve();
    };
    channel.addEventListener("message", heard);
    channel.postMessage({ type: "ask", from });
    setTimeout(resolve, answerTime);
  });
}

/**
 * Runs work in one tab at a time, because an issuer may take a refresh token
 * only once. Before the next tab goes on, it has heard what this one told.
 */
export async function oneTab(name: string, work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(name, async () => {
    await work();
    await new Promise((heard) => setTimeout(heard, 50));
  });
}
