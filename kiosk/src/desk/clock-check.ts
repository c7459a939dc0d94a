/** Whether the laptop's clock seems right. */
export type ClockState = 'good' | 'behind' | 'ahead';

/** A clock may differ by so much before staff are told, ms. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;

export interface ClockEvidence {
  /** The laptop's clock, ms since 1970 UTC. */
  readonly now: number;
  /** The server's clock minus the laptop's, ms; undefined before any answer. */
  readonly serverOffsetMs: number | undefined;
  /** When this program was built and when this desk last recorded something, ms since 1970 UTC. */
  readonly notBefore: readonly (number | undefined)[];
  readonly sawStampFarAhead: boolean;
}

/** Judges the clock: by the server's where it was heard, else by what cannot lie in the future. */
export function judgeClock(evidence: ClockEvidence): ClockState {
  const { serverOffsetMs, now } = evidence;
  if (serverOffsetMs !== undefined) {
    if (serverOffsetMs > CLOCK_TOLERANCE_MS) return 'behind';
    return serverOffsetMs < -CLOCK_TOLERANCE_MS ? 'ahead' : 'good';
  }
  const isTooEarly = evidence.notBefore.some((moment) => moment !== undefined && now < moment - CLOCK_TOLERANCE_MS);
  return isTooEarly || evidence.sawStampFarAhead ? 'behind' : 'good';
}
