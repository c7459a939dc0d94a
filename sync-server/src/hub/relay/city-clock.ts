/**
 * The city's clock, as its answers tell it. Kiosks judge their clocks by the hub's, and a hub that was off for months
 * has a wrong one.
 */
export class CityClock {
  readonly #now: () => number;
  #aheadMs = 0;

  /** @param now this machine's clock, ms since 1970 UTC */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The city said what time it is, UTC. */
  readonly heard = (serverTime: string): void => {
    this.#aheadMs = Date.parse(serverTime) - this.#now();
  };

  /** The city's time, ms since 1970 UTC; this machine's until the city was heard. */
  readonly now = (): number => this.#now() + this.#aheadMs;
}
