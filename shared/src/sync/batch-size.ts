/**
 * How many documents a request should carry: fewer after a request that was too large or too slow for the network,
 * twice as many after each that worked, up to the most.
 */
export class BatchSize {
  readonly #most: number;
  #now: number;

  constructor(most: number) {
    this.#most = most;
    this.#now = most;
  }

  get now(): number {
    return this.#now;
  }

  worked(): void {
    this.#now = Math.min(this.#most, this.#now * 2);
  }

  /** @param tried how many documents the request carried, if that is known */
  failed(tried: number = this.#now): void {
    this.#now = Math.max(1, Math.floor(Math.min(tried, this.#now) / 2));
  }
}
