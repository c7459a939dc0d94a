/** When the desk was last at work: whatever can wait keeps out of its way for a while. */
export class UsageClock {
  readonly #now: () => number;
  #lastUsedAt = 0;

  /** @param now ms since 1970 UTC */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The desk is at work now. */
  readonly used = (): void => {
    this.#lastUsedAt = this.#now();
  };

  /** Ms since 1970 UTC; 0 before anything was done. */
  readonly lastUsedAt = (): number => this.#lastUsedAt;
}
