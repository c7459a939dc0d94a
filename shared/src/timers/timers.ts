/** Runs something after `ms`; what it returns cancels it. */
export type Later = (ms: number, run: () => void) => () => void;

/** Time to pace by. Passed in, so that tests need not wait. */
export interface Timers {
  /** Ms since anything; unlike the time of day it never jumps. */
  readonly elapsed: () => number;
  readonly later: Later;
}

/** Longer waits would fire at once on every platform. */
const LONGEST_MS = 2 ** 31 - 1;

/** The platform's. */
export const platformTimers: Timers = {
  elapsed: () => performance.now(),
  later: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
