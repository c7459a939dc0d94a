import { type LiveNudge, liveNudgeSchema, type RelayState } from '../contracts/index.ts';
import type { Timers } from '../timers/index.ts';
import { backoffMs, pauseAfter } from './backoff.ts';
import type { Exchange } from './exchange.ts';
import { LiveConnection } from './live-connection.ts';
import type { Offered } from './log-port.ts';
import {
  afterSignal,
  answersNow,
  failuresOf,
  type LoopSignal,
  type LoopState,
  NO_ANSWER,
  standingOf,
  type Trouble,
  UNWANTED,
} from './loop-state.ts';
import type { SyncClient } from './sync-client.ts';
import { SyncFailure } from './sync-failure.ts';
import { WakeUp } from './wake-up.ts';

/** Offered to a peer that could not be reached: a whole batch would be read and packed at each try, for nothing. */
export const KNOCK_EVENTS = 10;
/** Facts are asked for no oftener than this without a nudge, ms. */
const FACTS_POLL_MS = 30_000;

export interface ExchangeLoopParts {
  readonly exchange: Exchange;
  readonly peer: Pick<SyncClient, 'openLive'>;
  readonly timers: Timers;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
  /** Random number from 0 to 1, for pauses. */
  readonly chance: () => number;
  /** How long to rest before the peer is asked anyway, whatever the live connection says, ms. */
  readonly pollMs: () => number;
  /** How long to leave the machine to its user before the next step, ms. */
  readonly yieldMs: () => number;
  /** What the loop tells of itself may have changed. */
  readonly onChange: () => void;
  /** The peer's clock, UTC, told with every nudge. */
  readonly onServerTime: (serverTime: string) => void;
  /** The log itself does not work. */
  readonly onLogFailure: (error: unknown) => void;
}

type FeedName = 'events' | 'facts';

/**
 * Keeps a log and one peer in step while the peer is wanted; everything recovers without a person (SYN-11). One
 * request at a time. What this log answers for goes first, even during a long pull; what others recorded is offered
 * only after the pull has shown what the peer has of it.
 */
export class ExchangeLoop {
  readonly exchange: Exchange;
  readonly #parts: ExchangeLoopParts;
  readonly #live: LiveConnection<LiveNudge>;
  readonly #change: WakeUp;
  #state: LoopState = UNWANTED;
  #running: Promise<void> = Promise.resolve();
  /** What there is, or may be, to pull. */
  readonly #toPull: Record<FeedName, boolean> = { events: true, facts: true };
  #pulledLast: FeedName = 'facts';
  #factsAskedAt = Number.NEGATIVE_INFINITY;
  /** The peer answers, but not to pulls. */
  #arePullsRefused = false;
  #lastExchangeAt: string | null = null;

  constructor(parts: ExchangeLoopParts) {
    this.#parts = parts;
    this.exchange = parts.exchange;
    this.#change = new WakeUp(parts.timers);
    this.#live = this.#liveConnection();
  }

  /** Why the last exchange failed; null when it worked, or before the first. */
  get trouble(): Trouble | null {
    const standing = standingOf(this.#state);
    return standing.kind === 'troubled' ? standing.trouble : null;
  }

  /** Last exchange that worked, UTC; null when none did. */
  get lastExchangeAt(): string | null {
    return this.#lastExchangeAt;
  }

  /** Whether the last exchange since the peer was wanted worked; a busy peer answers too. */
  get answers(): boolean {
    return answersNow(this.#state);
  }

  /** What the peer said last of its own way to the city. */
  get relay(): RelayState | null {
    return this.exchange.relay;
  }

  /** Starts; nothing is asked before the peer is wanted. */
  start(): void {
    this.#running = this.#run();
  }

  /** Whether to sync with this peer now. A peer that is wanted again is asked for everything new. */
  setWanted(wanted: boolean): void {
    const before = this.#state.kind;
    if (before === 'stopped' || wanted === (before !== 'unwanted')) return;
    if (wanted) {
      this.#wantPulls({ events: true, facts: true });
      this.#live.start();
    } else {
      void this.#live.stop();
    }
    this.#apply({ kind: wanted ? 'wanted' : 'unwanted' });
  }

  /** Something was recorded: look at once. */
  hurry(): void {
    this.#apply({ kind: 'recorded' });
  }

  /** The peer may be there again: ends every pause. */
  networkCameBack(): void {
    this.#apply({ kind: 'network-came-back' });
    this.#live.hurry();
  }

  /** Resolves when nothing of it is under way; the peer's requests are to be ended before. */
  async stop(): Promise<void> {
    this.#apply({ kind: 'stopped' });
    await Promise.all([this.#running, this.#live.stop()]);
  }

  #liveConnection(): LiveConnection<LiveNudge> {
    const { peer, timers, chance, onServerTime, onChange } = this.#parts;
    return new LiveConnection({
      open: (signal) => peer.openLive(signal),
      nudge: liveNudgeSchema,
      timers,
      chance,
      onNudge: (nudge) => {
        this.exchange.takeNudge(nudge);
        onServerTime(nudge.serverTime);
        this.#wantPulls(nudge);
        this.#apply({ kind: 'nudged', alive: true });
        onChange();
      },
      // The loop finds out by itself what is wrong, and says so.
      onEnded: () => {
        this.#wantPulls({ events: true, facts: false });
        this.#apply({ kind: 'nudged', alive: false });
      },
    });
  }

  #wantPulls(which: Readonly<Record<FeedName, boolean>>): void {
    this.#toPull.events ||= which.events;
    this.#toPull.facts ||= which.facts;
  }

  #apply(signal: LoopSignal): void {
    const before = this.#state;
    this.#state = afterSignal(before, signal);
    if (this.#state !== before) this.#change.wake();
  }

  async #run(): Promise<void> {
    for (;;) {
      const state = this.#state;
      switch (state.kind) {
        case 'stopped':
          return;
        case 'unwanted':
          await this.#change.wait();
          break;
        case 'working':
          await this.#work();
          break;
        case 'pulling-only':
          if (this.#parts.timers.elapsed() < state.until) await this.#work();
          else this.#apply({ kind: 'due' });
          break;
        case 'yielding':
        case 'resting':
        case 'backing-off':
          await this.#waitOut(state);
      }
    }
  }

  async #waitOut(state: Extract<LoopState, { until: number }>): Promise<void> {
    const { elapsed } = this.#parts.timers;
    if (elapsed() < state.until) await this.#change.wait(state.until - elapsed());
    if (this.#state !== state || elapsed() < state.until) return;
    if (state.kind === 'resting') {
      this.#wantPulls({ events: true, facts: elapsed() - this.#factsAskedAt >= FACTS_POLL_MS });
    }
    this.#apply({ kind: 'due' });
  }

  /** Does the next thing there is to do. */
  async #work(): Promise<void> {
    const { generation } = this.exchange;
    const signal = (await this.#push('own')) ?? (await this.#pull()) ?? (await this.#push('others'));
    if (generation !== this.exchange.generation) this.#wantPulls({ events: true, facts: true });
    const { elapsed } = this.#parts.timers;
    if (signal !== null) this.#applyStep(signal);
    // A nudge may have come since the pull.
    else if (this.#nextFeed() === null) this.#apply({ kind: 'idle', until: elapsed() + this.#parts.pollMs() });
  }

  #applyStep(signal: LoopSignal): void {
    const before = this.#state;
    this.#apply(signal);
    if (this.#state.kind === 'stopped' || this.#state.kind === 'unwanted') return;
    if (signal.kind === 'exchanged' && before.kind !== 'pulling-only') {
      this.#lastExchangeAt = new Date(this.#parts.now()).toISOString();
      if (standingOf(before).kind === 'troubled') this.#live.hurry();
    }
    this.#parts.onChange();
  }

  /** What came of a push; null when there was nothing to push, or now is no time for it. */
  async #push(whose: Offered): Promise<LoopSignal | null> {
    if (this.#state.kind !== 'working') return null;
    // Where pulling fails, what was recorded here goes up all the same.
    if (this.exchange.isPullDue && !this.#arePullsRefused) return null;
    const { trouble } = this;
    const isKnock = trouble?.kind === 'peer' && trouble.failure.code === 'unreachable';
    try {
      const pushed = await (isKnock ? this.exchange.pushOnce(whose, KNOCK_EVENTS) : this.exchange.pushOnce(whose));
      return pushed ? this.#exchanged() : null;
    } catch (error) {
      return this.#failed(error, 'push');
    }
  }

  /** What came of a pull; null when there is nothing to pull. */
  async #pull(): Promise<LoopSignal | null> {
    const feed = this.#nextFeed();
    if (feed === null) return null;
    this.#toPull[feed] = false;
    this.#pulledLast = feed;
    try {
      const end = await (feed === 'events' ? this.exchange.pullEventsOnce() : this.exchange.pullFactsOnce());
      this.#arePullsRefused = false;
      this.#toPull[feed] ||= !end;
      if (feed === 'facts') this.#factsAskedAt = this.#parts.timers.elapsed();
      return this.#exchanged();
    } catch (error) {
      // A nudge that was taken up but not carried out is not forgotten.
      this.#toPull[feed] = true;
      this.#arePullsRefused = !(error instanceof SyncFailure && NO_ANSWER.has(error.code));
      return this.#failed(error, 'pull');
    }
  }

  /** In turn, so that neither feed waits for the other. Before the loop rests, the peer has answered. */
  #nextFeed(): FeedName | null {
    const isUnsure = this.#state.kind === 'working' && this.#state.standing.kind !== 'good';
    const events = this.#toPull.events || this.exchange.isPullDue || isUnsure;
    if (!this.#toPull.facts) return events ? 'events' : null;
    return events && this.#pulledLast === 'facts' ? 'events' : 'facts';
  }

  #exchanged(): LoopSignal {
    const yieldMs = this.#parts.yieldMs();
    return { kind: 'exchanged', until: yieldMs > 0 ? this.#parts.timers.elapsed() + yieldMs : undefined };
  }

  #failed(error: unknown, of: 'push' | 'pull'): LoopSignal {
    const { chance, timers, onLogFailure } = this.#parts;
    const failures = failuresOf(standingOf(this.#state)) + 1;
    if (error instanceof SyncFailure) {
      const until = timers.elapsed() + pauseAfter(error, failures, chance);
      return { kind: 'failed', trouble: { kind: 'peer', failure: error, of }, until };
    }
    if (this.#state.kind !== 'stopped') onLogFailure(error);
    return {
      kind: 'failed',
      trouble: { kind: 'own-log', cause: error },
      until: timers.elapsed() + backoffMs(failures, chance),
    };
  }
}
