import type { EventLog } from '../reception/event-log.ts';
import type { JudgedTime } from '../reception/judged-time.ts';
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

  /** By what dates on cards are judged: the city's time once it was heard, whatever this laptop's clock says (CRD-5). */
  readonly judgedTime = (): JudgedTime => {
    const offsetMs = this.#serverOffsetMs;
    if (offsetMs !== undefined) return { ms: this.#now() + offsetMs, isTrusted: true };
    return { ms: this.#now(), isTrusted: this.state() === 'good' };
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
