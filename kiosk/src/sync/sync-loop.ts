import { PUSH_MAX_EVENTS, type RelayState } from '@uketsuke/shared/contracts';
import type { SyncFailureKind } from '@uketsuke/shared/errors';
import { BatchSize, LiveConnection, pauseAfter, type SyncClient, SyncFailure, WakeUp } from '@uketsuke/shared/sync';
import { traceFailure } from '../failure-trace.ts';
import type { Offered } from '../store/acknowledgements.ts';
import { FACTS_PAGE, PULL_PAGE, type Replication } from './replication.ts';

/** Between two pages while the desk is in use: an unpaced pull makes scanning slow. */
const POLITE_PAUSE_MS = 100;
/** The desk counts as in use for so long after a scan. */
const IN_USE_MS = 30_000;
/** Asked for changes this often whatever the live connection says. */
const POLL_MS = 60_000;
/** While a hub has not passed everything on, staff want to see how far it is. */
const RELAY_POLL_MS = 5_000;
/** After these failures a nudge says that the peer is there again. */
const NO_ANSWER: ReadonlySet<SyncFailureKind> = new Set(['unreachable', 'timed-out', 'strange']);
/** Offered to a peer that could not be reached: a whole batch would be unsealed and packed at each try, for nothing. */
const KNOCK_EVENTS = 10;
const LONG_MS = 2 ** 31 - 1;

export interface SyncLoopParts {
  readonly replication: Replication;
  readonly client: SyncClient;
  readonly now: () => number;
  readonly chance: () => number;
  /** When the desk was last used, ms since 1970 UTC. */
  readonly lastUsedAt: () => number;
  readonly onChange: () => void;
  readonly onServerTime: (serverTime: string) => void;
  readonly silenceMs?: number | undefined;
}

/**
 * Keeps the desk and one peer in step while it is wanted; everything recovers without a person (SYN-11). One request
 * at a time. What this desk recorded goes first, even during a long pull; what others recorded is offered only after
 * the pull has shown what the peer has of it.
 */
export class SyncLoop {
  readonly replication: Replication;
  readonly #parts: SyncLoopParts;
  readonly #work = new WakeUp();
  readonly #pushSize = new BatchSize(PUSH_MAX_EVENTS);
  readonly #pullSize = new BatchSize(PULL_PAGE);
  readonly #factsSize = new BatchSize(FACTS_PAGE);
  #live: LiveConnection | null = null;
  #wanted = false;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #eventsToPull = true;
  #factsToPull = true;
  #pullFailed = false;
  #failures = 0;
  #failure: SyncFailure | null = null;
  #failedHere = false;
  #lastExchangeAt: string | null = null;
  #answersNow = false;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
    this.replication = parts.replication;
  }

  /** Why the last exchange failed; null when it worked, or before the first. */
  get failure(): SyncFailure | null {
    return this.#failure;
  }

  /** Whether it failed on this laptop's own store. */
  get failedHere(): boolean {
    return this.#failedHere;
  }

  /** Last exchange that worked, UTC. */
  get lastExchangeAt(): string | null {
    return this.#lastExchangeAt;
  }

  /** Whether the last exchange since the peer was wanted worked; a busy peer answers too. */
  get answers(): boolean {
    return this.#answersNow;
  }

  get relay(): RelayState | null {
    return this.replication.relay;
  }

  /** Starts; nothing is asked before the peer is wanted. */
  start(): void {
    this.#running = this.#run();
  }

  /** Whether to sync with this peer now. A peer that is wanted again is asked for everything new. */
  setWanted(wanted: boolean): void {
    if (wanted === this.#wanted || this.#stopped) return;
    this.#wanted = wanted;
    if (wanted) {
      this.#eventsToPull = true;
      this.#factsToPull = true;
      this.#live = this.#newLiveConnection();
      this.#live.start();
    } else {
      void this.#live?.stop();
      this.#live = null;
      this.#failure = null;
      this.#failures = 0;
      this.#answersNow = false;
    }
    this.#work.wake();
  }

  /** Something was recorded: look at once. */
  hurry(): void {
    this.#work.wake();
  }

  /** The peer may be there again: ends every pause. */
  networkCameBack(): void {
    this.#failures = 0;
    this.#work.wake();
    this.#live?.hurry();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#work.wake();
    await Promise.all([this.#running, this.#live?.stop()]);
  }

  #newLiveConnection(): LiveConnection {
    return new LiveConnection({
      client: this.#parts.client,
      chance: this.#parts.chance,
      onNudge: (nudge) => {
        this.replication.takeNudge(nudge);
        if (this.#failure !== null && NO_ANSWER.has(this.#failure.code)) this.#failures = 0;
        this.#parts.onChange();
        this.#nudged(nudge);
      },
      onServerTime: this.#parts.onServerTime,
      // The loop finds out by itself what is wrong, and says so.
      onFailure: () => this.#nudged({ events: true, facts: false }),
      ...(this.#parts.silenceMs === undefined ? {} : { silenceMs: this.#parts.silenceMs }),
    });
  }

  #nudged(which: { readonly events: boolean; readonly facts: boolean }): void {
    this.#eventsToPull ||= which.events;
    this.#factsToPull ||= which.facts;
    this.#work.wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (!this.#wanted) {
        await this.#work.wait(LONG_MS);
        continue;
      }
      const { generation } = this.replication;
      try {
        const worked = await this.#step();
        if (generation !== this.replication.generation) {
          this.#eventsToPull = true;
          this.#factsToPull = true;
        }
        if (worked) await this.#pauseBetweenSteps();
        else await this.#rest();
      } catch (error) {
        if (this.#stopped) return;
        this.#failedHere = !(error instanceof SyncFailure);
        if (this.#failedHere) traceFailure('sync', error);
        await this.#failed(error instanceof SyncFailure ? error : new SyncFailure('failing', { cause: error }));
      }
    }
  }

  /** Does the next thing there is to do; false when there is none. */
  async #step(): Promise<boolean> {
    // Where pulling fails, what was recorded here goes up all the same.
    const isPullDue = this.replication.isPullDue && !this.#pullFailed;
    if (!isPullDue && (await this.#push('own'))) return this.#succeeded();
    if (this.#eventsToPull || isPullDue) {
      this.#eventsToPull = false;
      await this.#orAgain(async () => {
        const end = await sized(this.#pullSize, PULL_PAGE, (most) => this.replication.pullEventsOnce(most));
        this.#pullSize.worked();
        if (!end) this.#eventsToPull = true;
      }, 'events');
      return this.#succeeded();
    }
    if (this.#factsToPull) {
      this.#factsToPull = false;
      await this.#orAgain(async () => {
        const end = await sized(this.#factsSize, FACTS_PAGE, (most) => this.replication.pullFactsOnce(most));
        this.#factsSize.worked();
        if (!end) this.#factsToPull = true;
      }, 'facts');
      return this.#succeeded();
    }
    return (await this.#push('others')) && this.#succeeded();
  }

  async #push(whose: Offered): Promise<boolean> {
    const { replication } = this;
    const tried = replication.acknowledgements.missing(whose);
    const isKnock = this.#failure?.code === 'unreachable';
    const pushed = await sized(this.#pushSize, tried, (most) =>
      replication.pushOnce(whose, isKnock ? Math.min(most, KNOCK_EVENTS) : most),
    );
    if (pushed) this.#pushSize.worked();
    return pushed;
  }

  /** A nudge taken up but not carried out is not forgotten. */
  async #orAgain(pull: () => Promise<void>, feed: 'events' | 'facts'): Promise<void> {
    try {
      await pull();
      this.#pullFailed = false;
    } catch (error) {
      this.#pullFailed = !(error instanceof SyncFailure && NO_ANSWER.has(error.code));
      if (feed === 'events') this.#eventsToPull = true;
      else this.#factsToPull = true;
      throw error;
    }
  }

  #succeeded(): true {
    if (this.#failures > 0) this.#live?.hurry();
    this.#failures = 0;
    this.#failure = null;
    this.#answersNow = this.#wanted;
    this.#lastExchangeAt = new Date(this.#parts.now()).toISOString();
    this.#parts.onChange();
    return true;
  }

  async #pauseBetweenSteps(): Promise<void> {
    const isInUse = this.#parts.now() - this.#parts.lastUsedAt() < IN_USE_MS;
    if (isInUse && this.replication.acknowledgements.pending === 0) await this.#work.wait(POLITE_PAUSE_MS);
  }

  async #rest(): Promise<void> {
    const pollMs = isWayOpen(this.relay) ? POLL_MS : RELAY_POLL_MS;
    const restedFrom = performance.now();
    await this.#work.wait(pollMs);
    if (performance.now() - restedFrom < pollMs) return;
    this.#eventsToPull = true;
    this.#factsToPull ||= pollMs === POLL_MS;
  }

  async #failed(failure: SyncFailure): Promise<void> {
    if (!this.#wanted) return;
    this.#failure = failure;
    this.#failures += 1;
    this.#answersNow &&= failure.code === 'busy';
    this.#parts.onChange();
    const until = performance.now() + pauseAfter(failure, this.#failures, this.#parts.chance);
    // A scan wakes the loop too; waiting goes on all the same, unless the network came back.
    while (!this.#stopped && this.#wanted && this.#failures > 0 && performance.now() < until) {
      await this.#work.wait(until - performance.now());
    }
  }
}

/** A network that carries small requests only is found out: what was too large or too slow is halved. */
async function sized(size: BatchSize, documents: number, ask: (most: number) => Promise<boolean>): Promise<boolean> {
  try {
    return await ask(size.now);
  } catch (error) {
    const isTooMuch = error instanceof SyncFailure && (error.code === 'too-large' || error.code === 'timed-out');
    if (isTooMuch) size.failed(documents);
    throw error;
  }
}

/** Whether there is nothing to watch: no hub, or one that has passed everything on. */
function isWayOpen(relay: RelayState | null): boolean {
  return relay === null || (relay.connected && relay.pending === 0);
}
