import type { RelayState } from '@uketsuke/shared/contracts';
import type { SyncFailureKind } from '@uketsuke/shared/errors';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { type Exchange, ExchangeLoop, type SyncClient } from '@uketsuke/shared/sync';
import type { Timers } from '@uketsuke/shared/timers';
import type { ChangeBus } from '../../couch/change-bus.ts';
import { receptionDatabase } from '../../event-log/database-names.ts';
import type { CityClock } from './city-clock.ts';
import type { PendingEvents } from './pending-events.ts';

/** The city is asked this often although no nudge came. */
const POLL_MS = 30_000;

export interface CityRelayOptions {
  readonly shelterId: ShelterId;
  readonly changes: ChangeBus;
  readonly pending: PendingEvents;
  readonly exchange: Exchange;
  readonly client: SyncClient;
  readonly clock: CityClock;
  /** Ends the client's requests. */
  readonly stopRequests: () => void;
  readonly timers: Timers;
  readonly chance: () => number;
  readonly now: () => number;
  /** An error of the hub's own database. */
  readonly onOwnFault: (error: unknown) => void;
}

/**
 * Keeps the hub's log and the city's the same: passes up what kiosks gave, takes down what the city has, as long as
 * there is a way. Whatever the city does, kiosks go on being served.
 */
export class CityRelay {
  readonly #options: CityRelayOptions;
  readonly #loop: ExchangeLoop;
  #stopListening: () => void = () => {};
  #announced = '';

  constructor(options: CityRelayOptions) {
    this.#options = options;
    this.#loop = new ExchangeLoop({
      exchange: options.exchange,
      peer: options.client,
      timers: options.timers,
      now: options.now,
      chance: options.chance,
      pollMs: () => POLL_MS,
      yieldMs: () => 0,
      onChange: () => this.#announce(),
      onServerTime: options.clock.heard,
      onLogFailure: options.onOwnFault,
    });
  }

  start(): void {
    const { changes, shelterId } = this.#options;
    this.#stopListening = changes.subscribe(receptionDatabase(shelterId), () => this.#loop.hurry());
    this.#loop.start();
    this.#loop.setWanted(true);
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#options.stopRequests();
    await this.#loop.stop();
  }

  /** Why the city cannot be reached, in the words of SyncFailure; null while it can. */
  get failure(): SyncFailureKind | null {
    const { trouble } = this.#loop;
    return trouble?.kind === 'peer' ? trouble.failure.code : null;
  }

  /** How the hub stands with the city; counts everything that is in the log at the call. */
  async state(): Promise<RelayState> {
    const { pending } = this.#options;
    let count: number | null = null;
    try {
      await pending.look();
      count = pending.count;
    } catch (error) {
      this.#options.onOwnFault(error);
    }
    return {
      connected: this.#isConnected,
      pending: count,
      oldestPendingAt: count === null ? null : pending.oldestAt,
      lastExchangeAt: this.#loop.lastExchangeAt,
    };
  }

  get #isConnected(): boolean {
    return this.#loop.answers && this.failure === null;
  }

  /** Nudges the kiosks when what they show of the relay has changed. */
  #announce(): void {
    const { changes, pending, shelterId } = this.#options;
    const shown = `${this.#isConnected} ${pending.count}`;
    if (shown === this.#announced) return;
    this.#announced = shown;
    changes.nudge(receptionDatabase(shelterId));
  }
}
