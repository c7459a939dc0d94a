import { elapsedSince } from '@uketsuke/shared/clock';
import { RequestRefusedError } from '../http/request-refused.ts';

const LONGEST_DELAY_MS = 4_000;
const FIRST_DELAY_MS = 250;
const KEYS_MAX = 50_000;

/** How many wrong attempts are taken before all are refused, and for how long they count. */
export interface AttemptLimit {
  readonly attempts: number;
  /** So many are answered without delay. */
  readonly delayAfter: number;
  readonly forgetAfterMs: number;
}

interface Attempts {
  count: number;
  lastAt: number;
}

/**
 * Slows down repeated wrong attempts under one key (an account, an address) and then refuses them for a while
 * (SEC-6). An attempt counts from its beginning, so many at once gain nothing. Kept in memory: it is this process's own.
 */
export class AttemptThrottle {
  readonly #limit: AttemptLimit;
  readonly #now: () => number;
  readonly #attempts = new Map<string, Attempts>();

  constructor(limit: AttemptLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Counts an attempt, to be called before it is judged.
   * @returns ms to wait before judging it
   * @throws RequestRefusedError `too-many-attempts` (429)
   */
  begin(key: string): number {
    const now = this.#now();
    const known = this.#attempts.get(key);
    const { forgetAfterMs, attempts } = this.#limit;
    // A clock that was set back must not make the wait any longer.
    const { ms: waited, since } = elapsedSince(known?.lastAt ?? now, now);
    if (known !== undefined) known.lastAt = since;
    const before = known !== undefined && waited < forgetAfterMs ? known.count : 0;
    if (before >= attempts) {
      const retryAfterSeconds = Math.ceil((forgetAfterMs - waited) / 1_000);
      throw new RequestRefusedError(429, 'too-many-attempts', 'too many wrong attempts', { retryAfterSeconds });
    }
    this.#attempts.delete(key);
    this.#attempts.set(key, { count: before + 1, lastAt: now });
    this.#boundSize();
    return delayOf(before - this.#limit.delayAfter);
  }

  /** The attempt was right: earlier ones are forgotten. */
  succeeded(key: string): void {
    this.#attempts.delete(key);
  }

  /** Takes back the attempt just counted, without forgetting earlier ones. */
  uncount(key: string): void {
    const known = this.#attempts.get(key);
    if (known !== undefined) known.count -= 1;
  }

  #boundSize(): void {
    const oldest = this.#attempts.keys().next().value;
    if (this.#attempts.size > KEYS_MAX && oldest !== undefined) this.#attempts.delete(oldest);
  }
}

function delayOf(attemptsTooMany: number): number {
  return attemptsTooMany < 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** attemptsTooMany, LONGEST_DELAY_MS);
}
