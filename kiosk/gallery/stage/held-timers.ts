/** Timers of the page's own comings and goings are shorter; longer ones take something off the screen, or ask again. */
const HELD_FROM_MS = 2_500;

interface HeldTimer {
  readonly afterMs: number;
  readonly run: () => void;
}

/**
 * Holds back a page's long timers and all its intervals, so that what it shows stays: a result does not go, a count of
 * seconds does not move. The short ones run as ever.
 */
export class HeldTimers {
  readonly #held = new Map<number, HeldTimer>();
  #next = -1;

  /** @param page whose timers are to be held from now on */
  constructor(page: Window) {
    const start = page.setTimeout.bind(page);
    const clear = page.clearTimeout.bind(page);
    page.setTimeout = (handler: TimerHandler, afterMs = 0, ...given: unknown[]) => {
      if (typeof handler !== 'function' || afterMs < HELD_FROM_MS) return start(handler, afterMs, ...given);
      return this.#hold({ afterMs, run: () => handler(...given) });
    };
    page.clearTimeout = (id) => {
      if (id === undefined || !this.#held.delete(id)) clear(id);
    };
    page.setInterval = () => this.#hold({ afterMs: Number.POSITIVE_INFINITY, run: () => undefined });
    page.clearInterval = (id) => {
      if (id !== undefined) this.#held.delete(id);
    };
  }

  /** Lets the timers run that are due within so long, ms. */
  pass(ms: number): void {
    for (const [id, { afterMs, run }] of [...this.#held]) {
      if (afterMs > ms) continue;
      this.#held.delete(id);
      run();
    }
  }

  #hold(timer: HeldTimer): number {
    const id = this.#next;
    this.#next -= 1;
    this.#held.set(id, timer);
    return id;
  }
}
