import type { Timers } from '../timers/index.ts';

/** A wait that something else can end early. A wake-up given while nobody waits is lost: look before waiting. */
export class WakeUp {
  readonly #timers: Timers;
  #end: (() => void) | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  wake(): void {
    this.#end?.();
  }

  /** Resolves when woken, or after `ms`. One at a time. */
  wait(ms: number = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve) => {
      const cancel = Number.isFinite(ms) ? this.#timers.later(ms, () => this.#end?.()) : undefined;
      this.#end = () => {
        this.#end = null;
        cancel?.();
        resolve();
      };
    });
  }
}
