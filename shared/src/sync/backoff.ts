import type { SyncFailure } from './sync-failure.ts';

export interface BackoffBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** With a request's time-out of 8 s this keeps recovery within 15 s of a fault's end (SYN-11). */
const SYNC_BOUNDS: BackoffBounds = { firstMs: 500, longestMs: 4_000 };
const REFUSED_RETRY_MS = 10_000;

/**
 * How long to wait before the next try after `failures` in a row, ms: doubling up to the longest, half of it by chance.
 * @param chance from 0 up to 1
 * @param bounds those of sync (500 ms, 4 s) unless given
 */
export function backoffMs(
  failures: number,
  chance: () => number,
  { firstMs, longestMs }: BackoffBounds = SYNC_BOUNDS,
): number {
  const full = Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs);
  return full / 2 + (full / 2) * chance();
}

/**
 * How long to wait after a failure, the `failures`-th in a row, ms. A wait that the server asked for is never cut
 * short, and up to half as long again by chance: those whom it sent away do not come back all at once. A refused
 * device asks again every 10 s: its refusal can be taken back (SYN-7).
 */
export function pauseAfter(failure: SyncFailure, failures: number, chance: () => number): number {
  if (failure.code === 'revoked' || failure.code === 'unknown-device') return REFUSED_RETRY_MS * (1 + chance() / 5);
  // The next request is smaller: no reason to wait for long.
  const backoff = backoffMs(failure.code === 'too-large' ? 1 : failures, chance);
  if (failure.retryAfterMs === undefined) return backoff;
  return Math.max(failure.retryAfterMs * (1 + chance() / 2), backoff);
}
