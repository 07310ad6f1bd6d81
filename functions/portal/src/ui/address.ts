/** Text fields that are bound to the address. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Echoes } from "../model/echo";

export interface AddressText {
  text: string;
  /** Takes the typed text; if a pause is set, the address is updated after it. */
  edit: (text: string) => void;
  /** Writes the text to the address now. */
  commit: () => void;
}

/**
 * A field's own text. The address replaces it only when others changed the address
 * (Back, a link, a filter that was cleared), never with what the field wrote itself.
 * `write` gets the text and returns what the address then holds.
 */
export function useAddressText(address: string, write: (text: string) => string, pause?: number): AddressText {
  const [text, setText] = useState(address);
  const echoes = useRef<Echoes | null>(null);
  echoes.current ??= new Echoes(address);
  useLayoutEffect(() => {
    if (echoes.current?.isForeign(address)) setText(address);
  });
  const latest = useRef({ text, address, write });
  latest.current = { text, address, write };
  const commit = useCallback(() => {
    const { text, write } = latest.current;
    echoes.current?.wrote(write(text));
  }, []);
  useEffect(() => {
    if (pause === undefined) return;
    const timer = setTimeout(() => latest.current.text !== latest.current.address && commit(), pause);
    return () => clearTimeout(timer);
  }, [text, pause, commit]);
  const edit = useCallback((next: string) => {
    latest.current.text = next; // a commit may come before the next drawing
    setText(next);
  }, []);
  return { text, edit, commit };
}
