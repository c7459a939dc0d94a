import type { RelayState } from '@uketsuke/shared/contracts';
import type { SyncFailureKind } from '@uketsuke/shared/errors';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { LiveConnection, pauseAfter, type SyncClient, SyncFailure, WakeUp } from '@uketsuke/shared/sync';
import type { ChangeBus } from '../../couch/change-bus.ts';
import { receptionDatabase } from '../../event-log/database-names.ts';
import type { PendingEvents } from './pending-events.ts';
import type { RelaySteps, RelayTroubles } from './relay-steps.ts';

/** Asked this often although no nudge came. */
const ASK_ANYWAY_MS = 30_000;
/** After a fault of the hub's own database. */
const OWN_FAULT_RETRY_MS = 2_000;

export interface CityRelayOptions {
  readonly shelterId: ShelterId;
  readonly changes: ChangeBus;
  readonly pending: PendingEvents;
  readonly steps: RelaySteps;
  readonly client: SyncClient;
  /** Ends the client's requests. */
  readonly stopRequests: () => void;
  readonly chance: () => number;
  readonly now: () => number;
  /** An error of the hub's own database. */
  readonly onOwnFault: (error: unknown) => void;
}

/** Failures of a push that say nothing about whether the city can be asked. */
const ONLY_OF_PUSHES: ReadonlySet<SyncFailureKind> = new Set(['busy', 'failing', 'too-large']);

interface Wanted {
  push: boolean;
  events: boolean;
  facts: boolean;
}

/**
 * Keeps the hub's log and the city's the same: passes up what kiosks gave, takes down what the city has, as long as
 * there is a way. Whatever the city does, kiosks go on being served.
 */
export class CityRelay {
  readonly #options: CityRelayOptions;
  readonly #live: LiveConnection;
  readonly #wake = new WakeUp();
  readonly #wanted: Wanted = { push: true, events: true, facts: true };
  #stopListening: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #failures = 0;
  #failure: SyncFailureKind | null = null;
  /** Whether the city said when to come back. */
  #isAskedToWait = false;
  #connected = false;
  #lastExchangeAt: string | null = null;
  #announced = '';
  #cityAheadMs = 0;

  constructor(options: CityRelayOptions) {
    this.#options = options;
    this.#live = new LiveConnection({
      client: options.client,
      chance: options.chance,
      onNudge: ({ events, facts }) => this.#want({ push: true, events, facts }),
      onServerTime: (serverTime) => {
        this.#cityAheadMs = Date.parse(serverTime) - options.now();
      },
      onFailure: () => this.#want({ push: true, events: true, facts: true }),
    });
  }

  start(): void {
    const { changes, shelterId } = this.#options;
    this.#stopListening = changes.subscribe(receptionDatabase(shelterId), () => this.#wantPush());
    this.#running = this.#run();
    this.#live.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#options.stopRequests();
    this.#wake.wake();
    await this.#live.stop();
    await this.#running;
  }

  /** Why the city cannot be reached, in the words of SyncFailure; null while it can. */
  get failure(): SyncFailureKind | null {
    return this.#failure;
  }

  /**
   * How far the city's clock is ahead of this machine's, ms; 0 until the city was heard. Kiosks judge their clocks by
   * the hub's, and a hub that was off for months has a wrong one.
   */
  get cityAheadMs(): number {
    return this.#cityAheadMs;
  }

  get troubles(): RelayTroubles {
    return this.#options.steps.troubles;
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
      connected: this.#connected,
      pending: count,
      oldestPendingAt: count === null ? null : pending.oldestAt,
      lastExchangeAt: this.#lastExchangeAt,
    };
  }

  #want(wanted: Partial<Wanted>): void {
    for (const what of ['push', 'events', 'facts'] as const) this.#wanted[what] ||= wanted[what] === true;
    // A wait that the city asked for is not cut short by its own nudges.
    if (!this.#isAskedToWait) this.#wake.wake();
  }

  /** An admission does not end a pause after a failure: it would be asked for with every scan. */
  #wantPush(): void {
    this.#wanted.push = true;
    if (this.#failure === null) this.#wake.wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      let pause = ASK_ANYWAY_MS;
      try {
        await this.#exchange();
      } catch (error) {
        if (this.#stopped) return;
        pause = this.#afterFailure(error);
      }
      this.#announce();
      await this.#wake.wait(pause);
      if (pause === ASK_ANYWAY_MS && !Object.values(this.#wanted).includes(true)) this.#wantAll();
    }
  }

  /** Step by step in turn, so that neither direction waits for the other. */
  async #exchange(): Promise<void> {
    const { steps } = this.#options;
    const wanted = this.#wanted;
    let refused: SyncFailure | undefined;
    while (!this.#stopped && (wanted.push || wanted.events || wanted.facts)) {
      if (wanted.push) {
        wanted.push = false;
        try {
          if ((await steps.pushOnce()) === 'more') {
            wanted.push = true;
            // A store restored between two pushes is found out by the first of them only (SYN-5).
            wanted.events = true;
            this.#worked();
          }
        } catch (error) {
          if (!(error instanceof SyncFailure && ONLY_OF_PUSHES.has(error.code))) throw error;
          // What the city has can still be taken down.
          refused = error;
        }
      }
      if (wanted.events) {
        wanted.events = false;
        if (!(await steps.pullEventsOnce())) wanted.events = true;
        if (refused === undefined) this.#worked();
      }
      if (wanted.facts) {
        wanted.facts = false;
        if (!(await steps.pullFactsOnce())) wanted.facts = true;
        if (refused === undefined) this.#worked();
      }
      if (refused !== undefined && !wanted.events && !wanted.facts) throw refused;
    }
  }

  #worked(): void {
    this.#failures = 0;
    this.#failure = null;
    this.#isAskedToWait = false;
    this.#connected = true;
    this.#lastExchangeAt = new Date(this.#options.now()).toISOString();
    this.#announce();
  }

  /** Returns how long to wait, ms. */
  #afterFailure(error: unknown): number {
    this.#wantAll();
    if (!(error instanceof SyncFailure)) {
      this.#options.onOwnFault(error);
      return OWN_FAULT_RETRY_MS;
    }
    this.#failures += 1;
    this.#failure = error.code;
    this.#isAskedToWait = error.retryAfterMs !== undefined;
    this.#connected = false;
    return pauseAfter(error, this.#failures, this.#options.chance);
  }

  #wantAll(): void {
    Object.assign(this.#wanted, { push: true, events: true, facts: true });
  }

  /** Nudges the kiosks when what they show of the relay has changed. */
  #announce(): void {
    const { changes, pending, shelterId } = this.#options;
    const shown = `${this.#connected} ${pending.count}`;
    if (shown === this.#announced) return;
    this.#announced = shown;
    changes.nudge(receptionDatabase(shelterId));
  }
}
