import { LIVE_HEARTBEAT_MS, type RosterNudge } from '@uketsuke/shared/contracts';
import type { Later } from '@uketsuke/shared/timers';

/**
 * Keeps one live connection to the server: notices silence, reconnects by itself, and says when something changed.
 * The connection only says that there is something to fetch (SYN-4); after every (re)connection everything shown is
 * fetched again, as changes may have been missed.
 */

/** Nothing heard for this long: the connection is taken for dead, whatever the browser thinks. */
export const SILENCE_MS = 3 * LIVE_HEARTBEAT_MS;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** Hears what a stream brings. */
export interface StreamListener {
  /** Anything arrived, even a comment. */
  readonly onSignOfLife: () => void;
  readonly onNudge: (nudge: RosterNudge) => void;
}

/** Opens the stream; settles when it ends, however it ends. Must end when `signal` aborts. */
export type OpenStream = (listener: StreamListener, signal: AbortSignal) => Promise<void>;

export interface LiveState {
  readonly connected: boolean;
  /** An attempt ended or failed, and none has succeeded since. */
  readonly cutOff: boolean;
  /** When anything was last heard, by the clock passed in; undefined before the first time. */
  readonly heardAt: number | undefined;
}

export const NOT_YET_CONNECTED: LiveState = { connected: false, cutOff: false, heardAt: undefined };

/** What changed: the shelters named, or perhaps anything. */
export type LiveChange = readonly string[] | 'anything';

export interface LiveConnectionOptions {
  readonly open: OpenStream;
  readonly now: () => number;
  readonly later: Later;
  /** A number in [0, 1), to spread the reconnections of many pages. */
  readonly random: () => number;
  readonly onState: (state: LiveState) => void;
  readonly onChange: (change: LiveChange) => void;
  /** Whether the server has read all logs; told with every nudge. */
  readonly onComplete: (complete: boolean) => void;
}

export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  #attempt: AbortController | undefined;
  #cancelSilence = () => {};
  #cancelRetry = () => {};
  #failures = 0;
  #state: LiveState = NOT_YET_CONNECTED;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Connects, and keeps connecting until `stop`. */
  start(): void {
    this.#cancelRetry();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#awaitSign(attempt);
    const listener: StreamListener = {
      onSignOfLife: () => this.#heard(attempt),
      onNudge: (nudge) => this.#nudged(attempt, nudge),
    };
    const ended = () => this.#ended(attempt);
    this.#options.open(listener, attempt.signal).then(ended, ended);
  }

  /** Ends the connection for good. */
  stop(): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#cancelRetry();
    this.#cancelSilence();
    attempt?.abort();
  }

  /** The network came back or the page became visible: does not wait for the next retry. */
  retryNow(): void {
    if (this.#attempt === undefined || this.#state.connected) return;
    this.#failures = 0;
    this.#attempt.abort();
    this.#cancelSilence();
    this.start();
  }

  #nudged(attempt: AbortController, nudge: RosterNudge): void {
    if (attempt !== this.#attempt) return;
    const reconnected = !this.#state.connected;
    this.#failures = 0;
    this.#tell({ connected: true, cutOff: false, heardAt: this.#options.now() });
    this.#options.onComplete(nudge.complete);
    this.#options.onChange(reconnected ? 'anything' : nudge.shelterIds);
  }

  #heard(attempt: AbortController): void {
    if (attempt !== this.#attempt) return;
    this.#awaitSign(attempt);
    if (this.#state.connected) this.#tell({ connected: true, cutOff: false, heardAt: this.#options.now() });
  }

  #awaitSign(attempt: AbortController): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#options.later(SILENCE_MS, () => {
      attempt.abort();
      this.#ended(attempt);
    });
  }

  #ended(attempt: AbortController): void {
    if (attempt !== this.#attempt) return;
    const next = new AbortController();
    // Whatever the ended stream still says is not heard any more.
    this.#attempt = next;
    this.#cancelSilence();
    if (!this.#state.cutOff) this.#tell({ ...this.#state, connected: false, cutOff: true });
    this.#cancelRetry = this.#options.later(retryDelay(this.#failures, this.#options.random()), () => this.start());
    this.#failures += 1;
  }

  #tell(state: LiveState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

/** Milliseconds to wait after so many failures in a row: doubling, capped, and spread by `random` over half of it. */
export function retryDelay(failures: number, random: number): number {
  const whole = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
  return whole / 2 + (whole / 2) * random;
}
