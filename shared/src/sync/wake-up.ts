/** A wait that something else can end early. A wake-up given while nobody waits is kept for the next wait. */
export class WakeUp {
  #given = false;
  #end: (() => void) | null = null;

  wake(): void {
    this.#given = true;
    this.#end?.();
  }

  /** Resolves after `ms`, or at once when woken. */
  wait(ms: number): Promise<void> {
    if (this.#given) {
      this.#given = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end?.(), ms);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = null;
        this.#given = false;
        resolve();
      };
    });
  }
}
