import type { Timers } from '@uketsuke/shared/timers';
import { RequestRefusedError } from './request-refused.ts';

export interface TurnstileLimits {
  /** What may be inside at a time: requests, bytes or whatever the amounts count. */
  readonly capacity: number;
  /** Most that may be inside at a time, however little each is. */
  readonly maxInside?: number;
  /** Nobody enters while this says no. It is asked again when somebody leaves. */
  readonly mayEnter?: () => boolean;
  /** Whoever waited this long is sent away, in ms; undefined: nobody is. */
  readonly maxWaitMs?: number;
  /** Most that may wait, all together and of one device. */
  readonly maxWaiting: number;
  readonly maxWaitingEach: number;
  /** A number from 0 to below 1, by chance: spreads when those sent away come back. */
  readonly chance: () => number;
  readonly timers: Timers;
}

interface Waiter {
  readonly amount: number;
  readonly admit: () => void;
}

/** No longer Retry-After than this, in seconds. */
const LONGEST_RETRY_AFTER_SECONDS = 8;
/** Weight of the latest stay in the average of how long a stay lasts. */
const LATEST_WEIGHT = 0.1;

/**
 * Lets in only so much at a time. Whoever does not fit waits; devices take turns, and one that asks often waits in
 * its own line (SYN-12). Who waits too long, or comes when too many wait, is sent away and told when to come back.
 */
export class Turnstile {
  readonly #limits: TurnstileLimits;
  /** Lines by device, in the order in which the devices' turns come. */
  readonly #lines = new Map<string, Waiter[]>();
  #waiting = 0;
  /** What is inside, and of how many. */
  #inside = 0;
  #insiders = 0;
  #averageStayMs = 0;

  constructor(limits: TurnstileLimits) {
    this.#limits = limits;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Waits until `amount` fits in (more than there is room for counts as all of it); answers with how to leave again.
   * @param left aborts when the client is gone
   * @throws RequestRefusedError 503 `busy`; the signal's reason
   */
  async pass(deviceId: string, amount: number, left: AbortSignal): Promise<() => void> {
    const fitted = Math.min(amount, this.#limits.capacity);
    left.throwIfAborted();
    if (this.#waiting === 0 && this.#fits(fitted)) return this.#enter(fitted);
    const line = this.#lines.get(deviceId) ?? [];
    if (this.#waiting >= this.#limits.maxWaiting || line.length >= this.#limits.maxWaitingEach) throw this.#busy();
    await this.#wait(deviceId, line, fitted, left);
    return this.#enter(fitted, true);
  }

  #wait(deviceId: string, line: Waiter[], amount: number, left: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        cancel?.();
        left.removeEventListener('abort', leave);
      };
      const admit = () => {
        done();
        // Counted at once, as others are looked at before the promise is seen.
        this.#count(amount, 1);
        resolve();
      };
      const waiter: Waiter = { amount, admit };
      const giveUp = (reason: unknown) => {
        done();
        this.#takeOut(deviceId, waiter);
        reject(reason);
        this.#admitNext();
      };
      const leave = () => giveUp(left.reason);
      const { maxWaitMs, timers } = this.#limits;
      const cancel = maxWaitMs === undefined ? undefined : timers.later(maxWaitMs, () => giveUp(this.#busy()));
      left.addEventListener('abort', leave);
      line.push(waiter);
      this.#lines.set(deviceId, line);
      this.#waiting += 1;
    });
  }

  #enter(amount: number, isCounted = false): () => void {
    if (!isCounted) this.#count(amount, 1);
    const begun = this.#limits.timers.elapsed();
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#count(-amount, -1);
      this.#averageStayMs += (this.#limits.timers.elapsed() - begun - this.#averageStayMs) * LATEST_WEIGHT;
      this.#admitNext();
    };
  }

  #count(amount: number, entering: 1 | -1): void {
    this.#inside += amount;
    this.#insiders += entering;
  }

  #admitNext(): void {
    for (const [deviceId, line] of this.#lines) {
      const [first] = line;
      // Nobody overtakes who needs much room: it would wait for ever.
      if (first === undefined || !this.#fits(first.amount)) return;
      this.#takeOut(deviceId, first);
      if (line.length > 0) {
        this.#lines.delete(deviceId);
        this.#lines.set(deviceId, line);
      }
      first.admit();
    }
  }

  #takeOut(deviceId: string, waiter: Waiter): void {
    const line = this.#lines.get(deviceId);
    const place = line?.indexOf(waiter) ?? -1;
    if (line === undefined || place < 0) return;
    line.splice(place, 1);
    this.#waiting -= 1;
    if (line.length === 0) this.#lines.delete(deviceId);
  }

  #fits(amount: number): boolean {
    const { capacity, maxInside = Number.POSITIVE_INFINITY, mayEnter } = this.#limits;
    return this.#inside + amount <= capacity && this.#insiders < maxInside && mayEnter?.() !== false;
  }

  /** Come back when those who wait now have had their turn, and not all at the same moment. */
  #busy(): RequestRefusedError {
    const { capacity, chance, maxInside = Number.POSITIVE_INFINITY } = this.#limits;
    const waiting = [...this.#lines.values()].flat().reduce((sum, { amount }) => sum + amount, this.#inside);
    const turns = Math.max(waiting / capacity, (this.#waiting + this.#insiders) / maxInside);
    const expectedSeconds = (turns * this.#averageStayMs) / 1_000;
    const seconds = 1 + Math.floor(chance() * (2 + Math.ceil(expectedSeconds)));
    const retryAfterSeconds = Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS);
    return new RequestRefusedError(503, 'busy', 'as much is being worked on as can be', { retryAfterSeconds });
  }
}
