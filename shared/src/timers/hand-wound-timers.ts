import type { Later, Timers } from './timers.ts';

/** Timers for tests: time stands still until `advance` is called. */
export class HandWoundTimers implements Timers {
  #nowMs = 0;
  #pending: { readonly at: number; readonly run: () => void }[] = [];

  readonly elapsed = (): number => this.#nowMs;
  /** The same as a time of day, for what wants one. */
  readonly now = (): number => this.#nowMs;

  readonly later: Later = (ms, run) => {
    const entry = { at: this.#nowMs + ms, run };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  };

  /** Lets `ms` pass: runs what falls due in order, and lets promises settle before and after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      await settled();
      const due = this.#pending.filter((entry) => entry.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== due);
      this.#nowMs = due.at;
      due.run();
    }
    this.#nowMs = end;
    await settled();
  }
}

/** A turn of the event loop: every promise that can settle by itself has settled after it. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
