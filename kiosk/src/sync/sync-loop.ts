import { PUSH_MAX_EVENTS } from '@uketsuke/shared/protocol';
import { backoffMs, LiveConnection, type SyncClient, SyncFailure, WakeUp } from '@uketsuke/shared/sync';

import type { EventLog } from '../reception/event-log.ts';
import type { SyncState, SyncTrouble } from '../reception/sync-state.ts';
import type { Replication } from './replication.ts';

/** Between two pages while the desk is in use: an unpaced pull makes scanning slow. */
const POLITE_PAUSE_MS = 100;
/** The desk counts as in use for so long after a scan. */
const IN_USE_MS = 30_000;
const REVOKED_RETRY_MS = 60_000;
/** Asked for changes this often whatever the live connection says. */
const POLL_MS = 60_000;

export interface SyncLoopParts {
  readonly log: EventLog;
  readonly replication: Replication;
  readonly client: SyncClient;
  readonly now: () => number;
  readonly chance: () => number;
  /** When the desk was last used, ms since 1970 UTC. */
  readonly lastUsedAt: () => number;
  readonly isOnline: () => boolean;
  readonly isClockOff: () => boolean;
  readonly onChange: () => void;
  readonly onServerTime: (serverTime: string) => void;
  readonly silenceMs?: number;
}

/**
 * Keeps the desk and the server in step for as long as it runs; everything recovers without a person. One request at
 * a time, pushes before pulls: what was admitted reaches headquarters even during a long pull.
 */
export class SyncLoop {
  readonly #parts: SyncLoopParts;
  readonly #live: LiveConnection;
  readonly #work = new WakeUp();
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #eventsToPull = true;
  #factsToPull = true;
  #pushMax = PUSH_MAX_EVENTS;
  #failures = 0;
  #failure: SyncFailure | null = null;
  #lastExchangeAt: string | null = null;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
    this.#live = new LiveConnection({
      client: parts.client,
      chance: parts.chance,
      onNudge: (which) => this.#nudged(which),
      onServerTime: parts.onServerTime,
      // The loop finds out by itself what is wrong, and says so.
      onFailure: () => this.#nudged({ events: true, facts: false }),
      ...(parts.silenceMs === undefined ? {} : { silenceMs: parts.silenceMs }),
    });
  }

  start(): void {
    this.#running = this.#run();
    this.#live.start();
  }

  /** Something was recorded, or the network came back: look at once. */
  hurry(): void {
    this.#work.wake();
  }

  networkCameBack(): void {
    this.#failures = 0;
    this.#work.wake();
    this.#live.hurry();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#work.wake();
    await Promise.all([this.#running, this.#live.stop()]);
  }

  state(): SyncState {
    const { acknowledgements } = this.#parts.log;
    return {
      peer: 'city',
      pending: acknowledgements.pending,
      pendingAtCity: acknowledgements.pending,
      relay: null,
      hubTrouble: null,
      oldestPendingAt: acknowledgements.oldestPendingAt,
      lastExchangeAt: this.#lastExchangeAt,
      quarantined: acknowledgements.quarantined,
      trouble: this.#trouble(),
    };
  }

  #nudged(which: { readonly events: boolean; readonly facts: boolean }): void {
    this.#eventsToPull ||= which.events;
    this.#factsToPull ||= which.facts;
    this.#work.wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const { generation } = this.#parts.replication;
      try {
        const worked = await this.#step();
        if (generation !== this.#parts.replication.generation) {
          this.#eventsToPull = true;
          this.#factsToPull = true;
        }
        if (worked) await this.#pauseBetweenSteps();
        else await this.#rest();
      } catch (error) {
        if (this.#stopped) return;
        await this.#failed(error instanceof SyncFailure ? error : new SyncFailure('failing', { cause: error }));
      }
    }
  }

  /** Does the next thing there is to do; false when there is none. */
  async #step(): Promise<boolean> {
    const { replication } = this.#parts;
    if (await replication.pushOnce(this.#pushMax)) {
      this.#pushMax = PUSH_MAX_EVENTS;
      return this.#succeeded();
    }
    if (this.#eventsToPull) {
      this.#eventsToPull = false;
      await this.#orAgain(async () => {
        if (!(await replication.pullEventsOnce())) this.#eventsToPull = true;
      }, 'events');
      return this.#succeeded();
    }
    if (this.#factsToPull) {
      this.#factsToPull = false;
      await this.#orAgain(async () => {
        if (!(await replication.pullFactsOnce())) this.#factsToPull = true;
      }, 'facts');
      return this.#succeeded();
    }
    return false;
  }

  /** A nudge taken up but not carried out is not forgotten. */
  async #orAgain(pull: () => Promise<void>, feed: 'events' | 'facts'): Promise<void> {
    try {
      await pull();
    } catch (error) {
      if (feed === 'events') this.#eventsToPull = true;
      else this.#factsToPull = true;
      throw error;
    }
  }

  #succeeded(): true {
    this.#failures = 0;
    this.#failure = null;
    this.#lastExchangeAt = new Date(this.#parts.now()).toISOString();
    this.#parts.onChange();
    return true;
  }

  async #pauseBetweenSteps(): Promise<void> {
    const isInUse = this.#parts.now() - this.#parts.lastUsedAt() < IN_USE_MS;
    if (isInUse && this.#parts.log.acknowledgements.pending === 0) await this.#work.wait(POLITE_PAUSE_MS);
  }

  async #rest(): Promise<void> {
    const restedFrom = this.#parts.now();
    await this.#work.wait(POLL_MS);
    if (this.#parts.now() - restedFrom < POLL_MS) return;
    this.#eventsToPull = true;
    this.#factsToPull = true;
  }

  async #failed(failure: SyncFailure): Promise<void> {
    this.#failure = failure;
    this.#failures += 1;
    if (failure.code === 'too-large') this.#pushMax = Math.max(1, Math.floor(this.#pushMax / 2));
    this.#parts.onChange();
    const least = failure.code === 'revoked' ? REVOKED_RETRY_MS : (failure.retryAfterMs ?? 0);
    const until = performance.now() + Math.max(least, backoffMs(this.#failures, this.#parts.chance));
    // A scan wakes the loop too; waiting goes on all the same, unless the network came back.
    while (!this.#stopped && this.#failures > 0 && performance.now() < until) {
      await this.#work.wait(until - performance.now());
    }
  }

  #trouble(): SyncTrouble | null {
    switch (this.#failure?.code) {
      case undefined:
        return null;
      case 'revoked':
        return 'device-revoked';
      case 'unreachable':
        if (!this.#parts.isOnline()) return 'no-network';
        return this.#parts.isClockOff() ? 'clock-off' : 'server-unreachable';
      default:
        return 'server-failing';
    }
  }
}
