import { Listeners } from '@uketsuke/shared/listeners';
import { type Freshness, freshnessOf } from './freshness.ts';
import {
  type LiveChange,
  LiveConnection,
  type LiveConnectionOptions,
  type LiveState,
  NOT_YET_CONNECTED,
} from './live-connection.ts';

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
  readonly #connection: LiveConnection;
  readonly #parts = new Map<symbol, PartReport>();
  readonly #changes = new Listeners<[change: LiveChange]>();
  readonly #statusChanges = new Listeners();
  #live: LiveState = NOT_YET_CONNECTED;
  #complete = true;
  #freshness: Freshness = { kind: 'connecting', asOf: undefined };

  constructor(options: Omit<LiveConnectionOptions, 'onState' | 'onChange' | 'onComplete'>) {
    this.#connection = new LiveConnection({
      ...options,
      onState: (state) => {
        this.#live = state;
        this.#reckon();
      },
      onChange: (change) => this.#changes.publish(change),
      onComplete: (complete) => {
        if (complete === this.#complete) return;
        this.#complete = complete;
        this.#tell();
      },
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  /** The network came back or the page is looked at again. */
  retryNow(): void {
    this.#connection.retryNow();
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
