import type { LiveState } from './live-state.ts';

/** How far what is on the screen can be trusted, for the line that says so. */
export interface Freshness {
  readonly kind: 'connecting' | 'current' | 'stale';
  /** The moment the screen shows, ms since 1970 UTC; undefined before anything was fetched. */
  readonly asOf: number | undefined;
}

/**
 * Current only while the live connection stands and no fetch fails; then it is of the last sign of life, as every
 * change since would have been told. Otherwise it is of the last good fetch, and says so. `fetchedAt` is undefined
 * while nothing was fetched for this screen.
 */
export function freshnessOf(live: LiveState, fetchedAt: number | undefined, failing: boolean): Freshness {
  if (failing) return { kind: 'stale', asOf: fetchedAt };
  const asOf = latest(fetchedAt, live.heardAt);
  if (live.connected) return { kind: 'current', asOf };
  if (live.cutOff) return { kind: 'stale', asOf: fetchedAt === undefined ? undefined : asOf };
  return { kind: 'connecting', asOf: fetchedAt };
}

function latest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.max(left, right);
}
