import { type RosterNudge, rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { Listeners } from '@uketsuke/shared/listeners';
import { LiveConnection, type LiveConnectionOptions } from '@uketsuke/shared/sync';
import { type Freshness, freshnessOf } from './freshness.ts';
import { type LiveChange, type LiveState, NOT_YET_CONNECTED } from './live-state.ts';

export interface LivePartsOptions extends Pick<LiveConnectionOptions<RosterNudge>, 'open' | 'timers' | 'chance'> {
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

/** What a fetched part of the screen reports about itself. */
export interface PartReport {
  readonly fetchedAt: number | undefined;
  readonly failing: boolean;
}

/**
 * Joins the live connection with what is on the screen: tells every part of a change, and knows from the parts'
 * reports how fresh the whole is. The oldest part counts.
 */
export class LiveParts {
  readonly #connection: LiveConnection<RosterNudge>;
  readonly #parts = new Map<symbol, PartReport>();
  readonly #changes = new Listeners<[change: LiveChange]>();
  readonly #statusChanges = new Listeners();
  #live: LiveState = NOT_YET_CONNECTED;
  #complete = true;
  #freshness: Freshness = { kind: 'connecting', asOf: undefined };

  constructor({ now, ...options }: LivePartsOptions) {
    this.#connection = new LiveConnection({
      ...options,
      nudge: rosterNudgeSchema,
      onNudge: (nudge, isFirst) => {
        this.#stands({ connected: true, cutOff: false, heardAt: now() });
        this.#setComplete(nudge.complete);
        // While it was not connected changes may have been missed.
        const change = isFirst ? 'anything' : nudge.shelterIds;
        this.#changes.publish(change);
      },
      onSignOfLife: () => {
        if (this.#live.connected) this.#stands({ ...this.#live, heardAt: now() });
      },
      onEnded: () => this.#stands({ ...this.#live, connected: false, cutOff: true }),
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    void this.#connection.stop();
  }

  /** The network came back or the page is looked at again. */
  retryNow(): void {
    this.#connection.hurry();
  }

  /** Calls the listener on every change; what it returns ends that. */
  readonly onChange = this.#changes.subscribe;

  /** Takes note of a part of the screen; `undefined` when it is gone. */
  report(part: symbol, report: PartReport | undefined): void {
    if (report === undefined) this.#parts.delete(part);
    else this.#parts.set(part, report);
    this.#reckon();
  }

  /** How fresh the screen is; the same object until it changes. */
  readonly freshness = (): Freshness => this.#freshness;

  /** Whether the server has read all logs, as far as it told; before that people may be missing. */
  readonly isComplete = (): boolean => this.#complete;

  /** Calls the listener when freshness or completeness change; what it returns ends that. */
  readonly onStatus = this.#statusChanges.subscribe;

  #stands(live: LiveState): void {
    this.#live = live;
    this.#reckon();
  }

  #setComplete(complete: boolean): void {
    if (complete === this.#complete) return;
    this.#complete = complete;
    this.#tell();
  }

  #reckon(): void {
    const parts = [...this.#parts.values()];
    const fetched = parts.map((part) => part.fetchedAt).filter((at) => at !== undefined);
    const oldest = fetched.length === 0 ? undefined : Math.min(...fetched);
    const next = freshnessOf(
      this.#live,
      oldest,
      parts.some((part) => part.failing),
    );
    if (next.kind === this.#freshness.kind && next.asOf === this.#freshness.asOf) return;
    this.#freshness = next;
    this.#tell();
  }

  #tell(): void {
    this.#statusChanges.publish();
  }
}
