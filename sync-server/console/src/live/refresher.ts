import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import type { Later } from '@uketsuke/shared/timers';
import { isPassing } from '../server/passing-errors.ts';

/** Changes that come quicker than this are fetched together, unless another pace is given. */
export const COALESCE_MS = 400;
const RETRY_MS = 3_000;

/** What is known of something that is fetched again and again. */
export interface Refreshed<Data> {
  readonly data: Data | undefined;
  /** When `data` was asked for, ms since 1970 UTC. */
  readonly askedAt: number | undefined;
  /** Why the latest attempt failed; undefined after a good one. `data` is then of `askedAt`, not of now. */
  readonly failure: ApiError | undefined;
}

export interface RefresherOptions<Data> {
  readonly load: (signal: AbortSignal) => Promise<Data>;
  /** Time to stamp answers with, ms since 1970 UTC. */
  readonly now: () => number;
  /** Time to pace by, ms since anything; unlike `now` it never jumps. */
  readonly elapsed: () => number;
  /** Least time between two fetches; COALESCE_MS when left out. */
  readonly paceMs?: number;
  readonly later: Later;
  readonly onChange: (state: Refreshed<Data>) => void;
}

/**
 * Fetches the same thing whenever asked to, at most one request at a time and not quicker than its pace. A request
 * asked for while another is under way follows it, so that the last change is never missed. Passing failures are
 * retried.
 */
export class Refresher<Data> {
  readonly #options: RefresherOptions<Data>;
  readonly #ending = new AbortController();
  #state: Refreshed<Data> = { data: undefined, askedAt: undefined, failure: undefined };
  #loading = false;
  #wanted = false;
  #startedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(options: RefresherOptions<Data>) {
    this.#options = options;
  }

  /** Asks for a fetch; cheap to call often. */
  request(): void {
    if (this.#loading) {
      this.#wanted = true;
      return;
    }
    const wait = this.#startedAt + (this.#options.paceMs ?? COALESCE_MS) - this.#options.elapsed();
    if (wait <= 0) void this.#load();
    else this.#schedule(wait);
  }

  /** Ends it: nothing is told any more. */
  stop(): void {
    this.#cancelTimer?.();
    this.#ending.abort();
  }

  async #load(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#loading = true;
    this.#wanted = false;
    const askedAt = this.#options.now();
    this.#startedAt = this.#options.elapsed();
    try {
      const data = await this.#options.load(this.#ending.signal);
      this.#tell({ data, askedAt, failure: undefined });
    } catch (thrown) {
      const failure = asApiError(thrown);
      this.#tell({ ...this.#state, failure });
      if (isPassing(failure)) this.#schedule(RETRY_MS);
    }
    this.#loading = false;
    if (this.#wanted) this.request();
  }

  #schedule(wait: number): void {
    if (this.#ending.signal.aborted) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.later(wait, () => void this.#load());
  }

  #tell(state: Refreshed<Data>): void {
    if (this.#ending.signal.aborted) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}
