import { createParser } from 'eventsource-parser';
import type * as z from 'zod';
import { LIVE_HEARTBEAT_MS } from '../contracts/index.ts';
import { readJson } from '../json/index.ts';
import type { Timers } from '../timers/index.ts';
import { pauseAfter } from './backoff.ts';
import { SyncFailure } from './sync-failure.ts';
import { WakeUp } from './wake-up.ts';

/** A connection that is silent for so long is dead, whatever the operating system thinks. */
export const LIVE_SILENCE_MS = 3 * LIVE_HEARTBEAT_MS;

export interface LiveConnectionOptions<Nudge> {
  /** Opens the stream of server-sent events; must end when `signal` aborts. */
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** What a nudge must be; anything else is passed over. */
  readonly nudge: z.ZodType<Nudge>;
  readonly timers: Timers;
  /** Random number from 0 to 1, for pauses. */
  readonly chance: () => number;
  /** Something may have changed. The first nudge of a connection comes after every reconnect (SYN-4). */
  readonly onNudge: (nudge: Nudge, isFirst: boolean) => void;
  /** Anything arrived, even a comment. */
  readonly onSignOfLife?: () => void;
  /** The connection ended or could not be made: whoever waits for nudges had better ask at once. */
  readonly onEnded: (failure: SyncFailure) => void;
}

/** One try to be connected, from the request to the end of its stream. */
interface Attempt {
  readonly abort: AbortController;
  /** Whether anything came. */
  heard: boolean;
  /** Whether a nudge came. */
  nudged: boolean;
}

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'listening'; readonly attempt: Attempt }
  | { readonly kind: 'pausing' };

const STOPPED: State = { kind: 'stopped' };

/** Keeps one live connection to a server for as long as it runs. It carries nudges, never documents. */
export class LiveConnection<Nudge> {
  readonly #options: LiveConnectionOptions<Nudge>;
  readonly #pause: WakeUp;
  #state: State = STOPPED;
  #failures = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LiveConnectionOptions<Nudge>) {
    this.#options = options;
    this.#pause = new WakeUp(options.timers);
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    if (this.#state.kind !== 'stopped') return;
    this.#state = { kind: 'listening', attempt: newAttempt() };
    this.#running = this.#running.then(() => this.#run());
  }

  /** The network seems to be back: a pause ends, and a try that nothing came of begins anew. */
  hurry(): void {
    if (this.#state.kind === 'stopped' || (this.#state.kind === 'listening' && this.#state.attempt.heard)) return;
    this.#failures = 0;
    this.#renew();
  }

  /** Ends the connection; resolves when nothing of it is left. */
  stop(): Promise<void> {
    const before = this.#state;
    this.#state = STOPPED;
    if (before.kind === 'listening') before.attempt.abort.abort();
    this.#pause.wake();
    return this.#running;
  }

  #renew(): void {
    const before = this.#state;
    this.#state = { kind: 'listening', attempt: newAttempt() };
    if (before.kind === 'listening') before.attempt.abort.abort();
    this.#pause.wake();
  }

  async #run(): Promise<void> {
    while (this.#state.kind === 'listening') {
      const { attempt } = this.#state;
      const failure = await this.#listen(attempt);
      if (!this.#isCurrent(attempt)) continue;
      this.#failures = attempt.heard ? 1 : this.#failures + 1;
      this.#state = { kind: 'pausing' };
      this.#options.onEnded(failure);
      await this.#untilNextTry(pauseAfter(failure, this.#failures, this.#options.chance));
    }
  }

  async #untilNextTry(ms: number): Promise<void> {
    if (this.#state.kind !== 'pausing') return;
    await this.#pause.wait(ms);
    if (this.#state.kind === 'pausing') this.#state = { kind: 'listening', attempt: newAttempt() };
  }

  #isCurrent(attempt: Attempt): boolean {
    return this.#state.kind === 'listening' && this.#state.attempt === attempt;
  }

  /** Listens until the connection ends; what ended it. */
  async #listen(attempt: Attempt): Promise<SyncFailure> {
    const { open, onSignOfLife, timers } = this.#options;
    const { signal } = attempt.abort;
    let silent = false;
    const waitForSign = () =>
      timers.later(LIVE_SILENCE_MS, () => {
        silent = true;
        attempt.abort.abort();
      });
    let cancelSilence = waitForSign();
    const parser = createParser({ onEvent: (event) => this.#takeNudge(event.data, attempt) });
    try {
      const reader = (await Promise.race([open(signal), endOf(signal)])).getReader();
      // Not every stream ends by itself when its request is aborted.
      signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || !this.#isCurrent(attempt)) return new SyncFailure(silent ? 'timed-out' : 'unreachable');
        attempt.heard = true;
        onSignOfLife?.();
        cancelSilence();
        cancelSilence = waitForSign();
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      if (silent) return new SyncFailure('timed-out', { cause: error });
      return error instanceof SyncFailure ? error : new SyncFailure('unreachable', { cause: error });
    } finally {
      cancelSilence();
      attempt.abort.abort();
    }
  }

  #takeNudge(data: string, attempt: Attempt): void {
    const nudge = readJson(data, this.#options.nudge);
    if (nudge === undefined || !this.#isCurrent(attempt)) return;
    const isFirst = !attempt.nudged;
    attempt.nudged = true;
    this.#options.onNudge(nudge, isFirst);
  }
}

function newAttempt(): Attempt {
  return { abort: new AbortController(), heard: false, nudged: false };
}

/** Rejects when `signal` aborts. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new SyncFailure('unreachable')), { once: true });
  });
}
