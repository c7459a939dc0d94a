/** Whoever wants to be told of something. The same function subscribed twice is called twice. */
export class Listeners<Told extends readonly unknown[] = []> {
  readonly #all = new Set<{ readonly call: (...told: Told) => void }>();

  get count(): number {
    return this.#all.size;
  }

  /** @returns ends the subscription; again, and it does nothing */
  readonly subscribe = (listener: (...told: Told) => void): (() => void) => {
    const own = { call: listener };
    this.#all.add(own);
    return () => {
      this.#all.delete(own);
    };
  };

  /** Calls everybody subscribed now, in the order they came; one that ends its subscription meanwhile is left out. */
  publish(...told: Told): void {
    for (const own of [...this.#all]) if (this.#all.has(own)) own.call(...told);
  }

  /** Ends every subscription. */
  clear(): void {
    this.#all.clear();
  }
}
