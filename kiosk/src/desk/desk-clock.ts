import type { EventLog } from '../reception/event-log.ts';
import { type ClockState, judgeClock } from './clock-check.ts';

declare const __BUILD_TIME__: string | undefined;

/** Whether the laptop's clock seems right, by what the city's server said and by what the log holds (CLK-2). */
export class DeskClock {
  readonly #log: EventLog;
  readonly #now: () => number;
  #serverOffsetMs: number | undefined;

  /** @param now ms since 1970 UTC */
  constructor(log: EventLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** The city's server says that it is this time, UTC. */
  readonly heard = (serverTime: string): void => {
    this.#serverOffsetMs = Date.parse(serverTime) - this.#now();
  };

  readonly state = (): ClockState => {
    const { latestOwnAt, sawStampFarAhead } = this.#log;
    return judgeClock({
      now: this.#now(),
      serverOffsetMs: this.#serverOffsetMs,
      notBefore: [builtAt(), latestOwnAt === undefined ? undefined : Date.parse(latestOwnAt)],
      sawStampFarAhead,
    });
  };
}

function builtAt(): number | undefined {
  return typeof __BUILD_TIME__ === 'undefined' ? undefined : Date.parse(__BUILD_TIME__);
}
