/**
 * The server's clock as far as its answers tell it. Ages such as "3 minutes ago" are reckoned by it, because the
 * PC at headquarters may run wrong.
 */
export class ServerClock {
  readonly #now: () => number;
  #offsetMs = 0;

  /** `now` is the PC's own clock, ms since 1970 UTC. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes up the `Date` header of an answer (RFC 9110 §6.6.1, whole seconds); ignores one that is missing or unreadable. */
  note(dateHeader: string | null): void {
    const told = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(told)) return;
    const offset = told - this.#now();
    // The header has whole seconds: a smaller difference is not a difference.
    this.#offsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
  }

  /** The server's time now, ms since 1970 UTC. */
  now(): number {
    return this.#now() + this.#offsetMs;
  }
}
