/**
 * Distinguishes the texts that a field wrote to the address from those that others
 * put there. The address is slower than the fingers: when "12" arrives there, the
 * field may have "123" already, and must keep it.
 */
export class Echoes {
  private written: string[] = []; // by the field, and not yet seen in the address

  constructor(private seen: string) {}

  wrote(text: string): void {
    this.written.push(text);
  }

  /** Takes the address as it is now, and reports whether others have changed it. */
  isForeign(address: string): boolean {
    const at = this.written.lastIndexOf(address);
    this.written = this.written.slice(at + 1);
    if (address === this.seen) return false;
    this.seen = address;
    if (at < 0) this.written = []; // the field takes over the others' text, so it expects none of its own any more
    return at < 0;
  }
}
