/** Which timers are held, ms from and below. */
export interface Held {
  readonly fromMs: number;
  readonly belowMs: number;
  readonly intervals: boolean;
}

/** Timers of the page's own comings and goings are shorter; longer ones take something off the screen, or ask again. */
const FOR_A_PICTURE: Held = { fromMs: 2_500, belowMs: Number.POSITIVE_INFINITY, intervals: true };
/** What takes a result off the screen: a machine that is busy would look for it too late. */
export const FOR_A_RESULT: Held = { fromMs: 6_500, belowMs: 15_000, intervals: false };

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
  constructor(page: Window, { fromMs, belowMs, intervals }: Held = FOR_A_PICTURE) {
    const start = page.setTimeout.bind(page);
    const clear = page.clearTimeout.bind(page);
    page.setTimeout = (handler: TimerHandler, afterMs = 0, ...given: unknown[]) => {
      const isHeld = typeof handler === 'function' && afterMs >= fromMs && afterMs < belowMs;
      if (!isHeld) return start(handler, afterMs, ...given);
      return this.#hold({ afterMs, run: () => handler(...given) });
    };
    page.clearTimeout = (id) => {
      if (id === undefined || !this.#held.delete(id)) clear(id);
    };
    if (!intervals) return;
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
