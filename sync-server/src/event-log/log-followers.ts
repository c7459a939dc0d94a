import type { ShelterId } from '@uketsuke/shared/identifiers';
import { backoffMs } from '@uketsuke/shared/sync';
import { platformTimers } from '@uketsuke/shared/timers';
import type { ChangeBus } from '../couch/change-bus.ts';
import { Turnstile } from '../http/turnstile.ts';
import { receptionDatabase } from './database-names.ts';
import type { LogProjection } from './log-projection.ts';
import type { LogReader, LogReaders } from './log-reader.ts';
import { type ReceivedEvent, readStoredEvent } from './stored-event.ts';

/** A page is applied in one go: requests wait for some 20 ms then, not longer. */
const PAGE_DOCUMENTS = 200;
/** Pages read at a time, of all logs: with two hundred at once, the database would have no time for pushes. */
const PAGES_AT_A_TIME = 2;

const RETRIES = { firstMs: 500, longestMs: 10_000 };

/** What following logs measures. */
export interface LogMetrics {
  /** Ms from an event's receipt until every projection had it; of a page, the longest. */
  rosterLag(lagMs: number): void;
}

/** The shelters whose logs are followed. */
export interface FollowedShelters {
  list(): readonly { readonly shelterId: ShelterId }[];
  onChange(listener: () => void): void;
}

export interface LogFollowersOptions {
  /** Each gets every page, in this order. */
  readonly projections: readonly LogProjection[];
  readonly readers: LogReaders;
  readonly changes: ChangeBus;
  /** ms since 1970 UTC */
  readonly now: () => number;
  readonly metrics: LogMetrics;
  /** Reading failed; it is tried again. */
  readonly onReadError: (shelterId: ShelterId, error: unknown) => void;
}

/** Reads the event logs of all shelters to the projections, from the beginning of each. */
export class LogFollowers {
  readonly #options: LogFollowersOptions;
  readonly #followers = new Map<ShelterId, LogFollower>();
  readonly #turns = new Turnstile({
    capacity: PAGES_AT_A_TIME,
    maxWaiting: Number.POSITIVE_INFINITY,
    maxWaitingEach: Number.POSITIVE_INFINITY,
    chance: () => 0,
    timers: platformTimers,
  });

  constructor(options: LogFollowersOptions) {
    this.#options = options;
  }

  /** Begins to follow a shelter's log; nothing happens when it is followed already. */
  follow(shelterId: ShelterId): void {
    if (this.#followers.has(shelterId)) return;
    const follower = new LogFollower(shelterId, this.#options, this.#turns);
    this.#followers.set(shelterId, follower);
    follower.read();
  }

  /** Follows the logs of all shelters, and of those that come. */
  followAll(shelters: FollowedShelters): void {
    const followEach = () => {
      for (const { shelterId } of shelters.list()) this.follow(shelterId);
    };
    shelters.onChange(followEach);
    followEach();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()));
  }
}

/**
 * Follows one log. It reads from where it stopped whenever the change bus says that there is something; while the
 * database is away it tries again, ever more seldom. A new epoch is another log: everything is read anew.
 */
class LogFollower {
  readonly #shelterId: ShelterId;
  readonly #options: LogFollowersOptions;
  readonly #turns: Turnstile;
  readonly #stopListening: () => void;
  readonly #stopping = new AbortController();
  readonly #stopped: Promise<void>;
  #epoch: string | undefined;
  #sequence: string | undefined;
  #readAgain = false;
  #reading: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(shelterId: ShelterId, options: LogFollowersOptions, turns: Turnstile) {
    this.#shelterId = shelterId;
    this.#options = options;
    this.#turns = turns;
    const { signal } = this.#stopping;
    this.#stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    this.#stopListening = options.changes.subscribe(receptionDatabase(shelterId), () => this.read());
  }

  /** Reads what is new; a call during a reading makes it look once more at its end. */
  read(): void {
    if (this.#isStopped) return;
    this.#readAgain = true;
    this.#reading ??= this.#readWhileAsked().finally(() => {
      this.#reading = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopping.abort();
    this.#stopListening();
    clearTimeout(this.#retry);
    await this.#reading;
  }

  async #readWhileAsked(): Promise<void> {
    while (this.#readAgain && !this.#isStopped) {
      this.#readAgain = false;
      try {
        await this.#options.readers.use(receptionDatabase(this.#shelterId), (log) => this.#readToEnd(log));
        this.#failures = 0;
      } catch (error) {
        this.#tryLater(error);
      }
    }
  }

  async #readToEnd(log: LogReader): Promise<void> {
    const { projections } = this.#options;
    const epoch = await log.epoch();
    if (epoch !== this.#epoch) {
      if (this.#epoch !== undefined) for (const projection of projections) projection.restart(this.#shelterId);
      this.#epoch = epoch;
      this.#sequence = undefined;
    }
    for (let end = false; !end && !this.#isStopped; ) {
      end = await this.#inTurn(() => this.#readPage(log));
      // Many logs are read at start; requests come in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#isStopped) return;
    for (const projection of projections) projection.completed(this.#shelterId);
  }

  /** @returns whether it was the last page */
  async #readPage(log: LogReader): Promise<boolean> {
    const { metrics, now } = this.#options;
    const page = await log.page(this.#sequence, PAGE_DOCUMENTS);
    const events = page.changes.flatMap(({ document }) => readStoredEvent(document) ?? []);
    // Whoever stops does not wait for a projection that waits for a database.
    await Promise.race([this.#apply(events), this.#stopped]);
    this.#sequence = page.sequence;
    const [oldest] = events.map(({ receivedAt }) => receivedAt).sort();
    if (oldest !== undefined) metrics.rosterLag(now() - Date.parse(oldest));
    return page.end;
  }

  async #apply(events: readonly ReceivedEvent[]): Promise<void> {
    for (const projection of this.#options.projections) await projection.apply(this.#shelterId, events);
  }

  async #inTurn<Result>(read: () => Promise<Result>): Promise<Result> {
    const leave = await this.#turns.pass(this.#shelterId, 1, this.#stopping.signal);
    try {
      return await read();
    } finally {
      leave();
    }
  }

  #tryLater(error: unknown): void {
    if (this.#isStopped) return;
    this.#options.onReadError(this.#shelterId, error);
    clearTimeout(this.#retry);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.read(), backoffMs(this.#failures, Math.random, RETRIES));
  }
}
