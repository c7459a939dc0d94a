import { CodedError } from '../coded-error/coded-error.ts';

/**
 * Hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014).
 *
 * A laptop that lay in a cupboard for a year has a wrong clock. Order between
 * events must survive that, so every event is stamped by this clock: it never
 * goes back, it moves past every stamp the device has seen, and it stays close
 * to the wall clock when the wall clock is right.
 *
 * A stamp is a string that sorts as the clock orders:
 * `<12 hex: ms since 1970 UTC>-<4 hex: counter>-<device id>`.
 *
 * A stamp far ahead of our own wall clock (CLK-3) is not merged: one laptop set
 * to 2099 must not drag every other one there. The event is kept all the same.
 */

/** Stamps further ahead of the own wall clock than this are not merged (CLK-3). */
export const MAX_DRIFT_MS = 3 * 24 * 60 * 60 * 1000;

/** Above it there would soon be no stamps left to give. */
const LATEST_PLAUSIBLE_MS = Date.UTC(2100, 0, 1);

const MAX_COUNTER = 0xffff;
const MAX_WALL_MS = 0xffff_ffff_ffff;

/** `<ms>-<counter>-<device>`; see the header of this file. */
export const HYBRID_TIMESTAMP_PATTERN = /^[0-9a-f]{12}-[0-9a-f]{4}-[a-z0-9]{4,32}$/;

/** The clock's whole state: the last stamp it gave or merged. Times in ms since 1970 UTC. */
export interface HybridClockState {
  readonly wallMs: number;
  readonly counter: number;
}

export const INITIAL_CLOCK_STATE: HybridClockState = { wallMs: 0, counter: 0 };

/** A stamp is too far ahead of this device's wall clock to be merged. */
export class ClockDriftError extends CodedError<'clock-drift'> {
  override readonly name = 'ClockDriftError';
  readonly driftMs: number;
  constructor(driftMs: number) {
    super(
      'clock-drift',
      `remote stamp is ${driftMs} ms ahead of the local clock (at most ${MAX_DRIFT_MS} ms is merged)`,
    );
    this.driftMs = driftMs;
  }
}

/** The string is not a stamp of this clock. */
export class MalformedTimestampError extends CodedError<'malformed-timestamp'> {
  override readonly name = 'MalformedTimestampError';
  constructor() {
    super('malformed-timestamp', 'not a hybrid timestamp');
  }
}

/** Advances past the last state: the state of the next local event at wall time `nowMs`. Never goes back. */
export function tick(state: HybridClockState, nowMs: number): HybridClockState {
  const wall = clampWall(nowMs);
  if (wall > state.wallMs) return { wallMs: wall, counter: 0 };
  return next(state);
}

/**
 * Merges a stamp seen from another device, so that later local stamps sort after it.
 * @throws ClockDriftError when the stamp is more than MAX_DRIFT_MS ahead of `nowMs`.
 */
export function merge(state: HybridClockState, remote: HybridClockState, nowMs: number): HybridClockState {
  const drift = remote.wallMs - nowMs;
  if (drift > MAX_DRIFT_MS) throw new ClockDriftError(drift);
  if (remote.wallMs < state.wallMs) return state;
  if (remote.wallMs === state.wallMs) {
    return { wallMs: state.wallMs, counter: Math.max(state.counter, remote.counter) };
  }
  return { wallMs: remote.wallMs, counter: remote.counter };
}

/** The sortable string of a state, for the given device. */
export function formatTimestamp(state: HybridClockState, deviceId: string): string {
  return `${hex(state.wallMs, 12)}-${hex(state.counter, 4)}-${deviceId}`;
}

/**
 * Reads a stamp back.
 * @throws MalformedTimestampError
 */
export function parseTimestamp(stamp: string): HybridClockState & { readonly deviceId: string } {
  if (!HYBRID_TIMESTAMP_PATTERN.test(stamp)) throw new MalformedTimestampError();
  return {
    wallMs: Number.parseInt(stamp.slice(0, 12), 16),
    counter: Number.parseInt(stamp.slice(13, 17), 16),
    deviceId: stamp.slice(18),
  };
}

/** A clock for one device: holds the state; time comes from `now` (ms since 1970 UTC). */
export class HybridClock {
  readonly #deviceId: string;
  readonly #now: () => number;
  #state: HybridClockState;

  constructor(deviceId: string, now: () => number, last: HybridClockState = INITIAL_CLOCK_STATE) {
    this.#deviceId = deviceId;
    this.#now = now;
    this.#state = last;
  }

  get state(): HybridClockState {
    return this.#state;
  }

  /** The stamp of a new local event; greater than every stamp given or merged before. */
  tick(): string {
    this.#state = tick(this.#state, this.#now());
    return formatTimestamp(this.#state, this.#deviceId);
  }

  /**
   * Merges a stamp from elsewhere (another device, or this device's own store at start).
   * @throws MalformedTimestampError, ClockDriftError
   */
  merge(stamp: string): void {
    this.#state = merge(this.#state, parseTimestamp(stamp), this.#now());
  }

  /**
   * Lets the next stamp stand above one that the city has received, so that what takes it back comes after it: however
   * far behind this device's clock is, the city's is not ahead. A stamp that no clock of our time gives is left.
   */
  standAbove(received: string): void {
    if (parseTimestamp(received).wallMs < LATEST_PLAUSIBLE_MS) this.resume(received);
  }

  /** Takes up the device's own last stamp after a restart, however wrong the wall clock is now (CLK-2). */
  resume(stamp: string): void {
    const last = parseTimestamp(stamp);
    if (
      last.wallMs > this.#state.wallMs ||
      (last.wallMs === this.#state.wallMs && last.counter > this.#state.counter)
    ) {
      this.#state = { wallMs: last.wallMs, counter: last.counter };
    }
  }
}

function next(state: HybridClockState): HybridClockState {
  if (state.counter < MAX_COUNTER) return { wallMs: state.wallMs, counter: state.counter + 1 };
  return { wallMs: clampWall(state.wallMs + 1), counter: 0 };
}

function clampWall(ms: number): number {
  return Math.min(Math.max(0, Math.floor(ms)), MAX_WALL_MS);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
