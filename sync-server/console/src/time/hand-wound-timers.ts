import type { Later } from './timers.ts';

/** Timers for tests: time stands still until `advance` is called. */
export class HandWoundTimers {
  #nowMs = 0;
  #pending: { at: number; run: () => void }[] = [];

  readonly now = (): number => this.#nowMs;

  readonly later: Later = (ms, run) => {
    const entry = { at: this.#nowMs + ms, run };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  };

  /** Lets `ms` pass: runs what falls due in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      await settle();
      const due = this.#pending.filter((entry) => entry.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== due);
      this.#nowMs = due.at;
      due.run();
    }
    this.#nowMs = end;
    await settle();
  }
}

/** Lets pending promise reactions run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
