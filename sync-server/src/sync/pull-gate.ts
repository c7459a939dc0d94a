import type { DeviceId } from '@uketsuke/shared/identifiers';
import { platformTimers } from '@uketsuke/shared/timers';
import { Turnstile, type TurnstileLimits } from '../http/turnstile.ts';

/** Pages of at most this many documents go through a lane of their own: a kiosk that keeps up needs no more. */
const SMALL_PAGE = 50;
/** Pages read at a time, in each lane. */
const SMALL_PAGES = 4;
const LARGE_PAGES = 2;

const LIMITS = { maxWaitMs: 3_000, maxWaiting: 1_000, maxWaitingEach: 8, chance: Math.random, timers: platformTimers };

/** Bounds how many pulls are worked on, so that those who catch up hold up neither pushes nor those who keep up. */
export class PullGate {
  readonly #small: Turnstile;
  readonly #large: Turnstile;

  /** @param limits for tests, of both lanes */
  constructor(limits: Partial<TurnstileLimits> = {}) {
    this.#small = new Turnstile({ capacity: SMALL_PAGES, ...LIMITS, ...limits });
    this.#large = new Turnstile({ capacity: LARGE_PAGES, ...LIMITS, ...limits });
  }

  /**
   * Reads a page of about `documents` documents when there is room.
   * @param left aborts when the client is gone
   * @throws RequestRefusedError 503 `busy`; what `read` throws
   */
  async read<Result>(
    deviceId: DeviceId,
    documents: number,
    left: AbortSignal,
    read: () => Promise<Result>,
  ): Promise<Result> {
    const lane = documents <= SMALL_PAGE ? this.#small : this.#large;
    const leave = await lane.pass(deviceId, 1, left);
    try {
      return await read();
    } finally {
      leave();
    }
  }
}
