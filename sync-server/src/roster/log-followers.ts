import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import type { ChangeHub } from '../couch/change-hub.ts';
import { receptionDatabase } from '../sync/database-names.ts';
import type { Feed, Feeds } from '../sync/feeds.ts';
import { readStoredEvent } from '../sync/stored-event.ts';
import type { CityRoster } from './city-roster.ts';

const PAGE_DOCUMENTS = 500;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

export interface LogFollowersOptions {
  readonly city: CityRoster;
  /** Shown every event too; the next page is read when it is done. */
  readonly onEvents?: (events: readonly ReceptionEvent[]) => Promise<void>;
  readonly feeds: Feeds;
  readonly hub: ChangeHub;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** ms from an event's receipt to the roster showing it; of a page, the longest. */
  readonly onLag: (lagMs: number) => void;
  /** Reading failed; it is tried again. */
  readonly onReadError: (shelterId: ShelterId, error: unknown) => void;
}

/** Follows the event logs of all shelters into the roster, from the beginning of each. */
export class LogFollowers {
  readonly #options: LogFollowersOptions;
  readonly #followers = new Map<ShelterId, LogFollower>();

  constructor(options: LogFollowersOptions) {
    this.#options = options;
  }

  /** Begins to follow a shelter's log; nothing happens when it is followed already. */
  follow(shelterId: ShelterId): void {
    if (this.#followers.has(shelterId)) return;
    const follower = new LogFollower(shelterId, this.#options);
    this.#followers.set(shelterId, follower);
    follower.read();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()));
  }
}

/**
 * Follows one log. It reads from where it stopped whenever the hub says that there is something; while the
 * database is away it tries again, ever more seldom. A new epoch is another log: everything is read anew.
 */
class LogFollower {
  readonly #shelterId: ShelterId;
  readonly #options: LogFollowersOptions;
  readonly #stopListening: () => void;
  #epoch: string | undefined;
  #sequence: string | undefined;
  #readAgain = false;
  #reading: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #isStopped = false;

  constructor(shelterId: ShelterId, options: LogFollowersOptions) {
    this.#shelterId = shelterId;
    this.#options = options;
    this.#stopListening = options.hub.subscribe(receptionDatabase(shelterId), () => this.read());
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
    this.#stopListening();
    clearTimeout(this.#retry);
    await this.#reading;
  }

  async #readWhileAsked(): Promise<void> {
    while (this.#readAgain && !this.#isStopped) {
      this.#readAgain = false;
      try {
        await this.#options.feeds.use(receptionDatabase(this.#shelterId), (feed) => this.#readToEnd(feed));
        this.#retryMs = FIRST_RETRY_MS;
      } catch (error) {
        this.#tryLater(error);
      }
    }
  }

  async #readToEnd(feed: Feed): Promise<void> {
    const { city, onEvents } = this.#options;
    const epoch = await feed.epoch();
    if (epoch !== this.#epoch) {
      if (this.#epoch !== undefined) city.restart(this.#shelterId);
      this.#epoch = epoch;
      this.#sequence = undefined;
    }
    for (let end = false; !end && !this.#isStopped; ) {
      const page = await feed.page(this.#sequence, PAGE_DOCUMENTS);
      const events = page.changes.flatMap(({ document }) => readStoredEvent(document) ?? []);
      city.apply(this.#shelterId, events);
      await onEvents?.(events.map(({ event }) => event));
      this.#sequence = page.sequence;
      end = page.end;
      const [oldest] = events.map(({ receivedAt }) => receivedAt).sort();
      if (oldest !== undefined) this.#options.onLag(this.#options.now() - Date.parse(oldest));
      // Many logs are read at start; requests come in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!this.#isStopped) city.completed(this.#shelterId);
  }

  #tryLater(error: unknown): void {
    this.#options.onReadError(this.#shelterId, error);
    if (this.#isStopped) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.read(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
