import {
  type Fact,
  factSchema,
  type LiveNudge,
  PULL_MAX_DOCUMENTS,
  PUSH_MAX_EVENTS,
  type RelayState,
  type StoreMark,
  WITNESSES_MAX,
} from '../contracts/index.ts';
import type { EventId, ShelterId } from '../identifiers/index.ts';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '../reception/index.ts';
import { BatchSize } from './batch-size.ts';
import type { LogPort, Offered, PeerMarks, Settled } from './log-port.ts';
import { fittingBatch } from './push-batch.ts';
import { afterMark } from './server-generation.ts';
import type { SyncClient } from './sync-client.ts';
import { SyncFailure } from './sync-failure.ts';

/** Pushes of which no pull has proved yet that the peer held them; with the last pulled they are the witnesses. */
export const PUSHES_UNPROVEN = WITNESSES_MAX - 1;

export interface ExchangeParts {
  readonly shelterId: ShelterId;
  readonly log: LogPort;
  readonly peer: Pick<SyncClient, 'push' | 'pullEvents' | 'pullFacts'>;
  /** Most events of one pull. */
  readonly eventsPage: number;
  /** The peer's clock, UTC, told with every answer. */
  readonly onServerTime: (serverTime: string) => void;
  /** Told of documents of the peer that this program cannot read; they are left out. */
  readonly onUnreadable: (count: number) => void;
}

/**
 * The steps of syncing a log with one peer. One at a time: marks are compared in the order of their requests. Every
 * step throws SyncFailure when the exchange, and the log's own error when the log does not work.
 */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #pushSize = new BatchSize(PUSH_MAX_EVENTS);
  readonly #eventsSize: BatchSize;
  readonly #factsSize = new BatchSize(PULL_MAX_DOCUMENTS);
  #marks: PeerMarks;
  #relay: RelayState | null = null;

  private constructor(parts: ExchangeParts, marks: PeerMarks) {
    this.#parts = parts;
    this.#marks = marks;
    this.#eventsSize = new BatchSize(parts.eventsPage);
  }

  /** Resumes where the log's marks stand. @throws the log's own error */
  static async open(parts: ExchangeParts): Promise<Exchange> {
    return new Exchange(parts, await parts.log.marks());
  }

  /** The generation of the peer's store that was met last; 0 before any exchange. */
  get generation(): number {
    return this.#marks.server?.generation ?? 0;
  }

  /** What the peer said last of its own way to the city; null from a peer that says nothing of it. */
  get relay(): RelayState | null {
    return this.#relay;
  }

  /**
   * Whether to pull before the next push: a peer keeps only so many witnesses. Were there no pull between the pushes,
   * what a store restored between two of them had lost would be forgotten with the next (SYN-5).
   */
  get isPullDue(): boolean {
    return this.#marks.pushed.length >= PUSHES_UNPROVEN;
  }

  /**
   * Pushes one batch of what the peer does not hold, at most `most`.
   * @returns whether there was anything to push
   */
  async pushOnce(whose: Offered, most: number = PUSH_MAX_EVENTS): Promise<boolean> {
    const { log, peer, onServerTime } = this.#parts;
    const size = Math.min(most, this.#pushSize.now);
    const batch = fittingBatch(await log.nextUnsent(whose, size), size);
    if (batch.length === 0) return false;
    const response = await sized(this.#pushSize, batch.length, () => peer.push(batch)).catch((error: unknown) =>
      this.#pushFailed(error, batch),
    );
    if (response === null) return true;
    onServerTime(response.serverTime);
    await this.#takeMark(response.mark);
    const settled = batch.flatMap((event, at): Settled[] => {
      const outcome = response.outcomes[at];
      return outcome === undefined ? [] : [{ event, outcome }];
    });
    const witness = witnessOf(settled, whose);
    const pushed = witness === undefined ? {} : { pushed: [...this.#marks.pushed, witness].slice(-PUSHES_UNPROVEN) };
    await log.settle(settled, this.generation, pushed);
    this.#kept(pushed);
    return true;
  }

  /**
   * Pulls one page of events.
   * @returns whether the peer says that this is the end (SYN-3)
   */
  async pullEventsOnce(): Promise<boolean> {
    const { log, peer, onServerTime } = this.#parts;
    const { eventsFrom, pushed, pulledLast } = this.#marks;
    const witnesses = [...new Set(pulledLast === null ? pushed : [...pushed, pulledLast])];
    const size = this.#eventsSize;
    const page = await sized(size, size.now, () => peer.pullEvents(eventsFrom, size.now, witnesses));
    onServerTime(page.serverTime);
    // A page from an old position of a new store means nothing: begin again.
    if (await this.#takeMark(page.mark, page.witnessed)) return false;
    const events = this.#readable(page.events);
    const changed: Partial<PeerMarks> = {
      eventsFrom: page.checkpoint,
      pushed: pushed.slice(-1),
      pulledLast: events.at(-1)?.id ?? pulledLast,
    };
    const bounds = new Map(
      events.flatMap(({ id }): [EventId, number][] => {
        const bound = page.bounds?.[id];
        return bound === undefined ? [] : [[id, bound]];
      }),
    );
    await log.takeInEvents(events, this.generation, changed, bounds);
    this.#kept(changed);
    return page.end;
  }

  /**
   * Pulls one page of facts; a later fact replaces the former of its id.
   * @returns whether this is the end
   */
  async pullFactsOnce(): Promise<boolean> {
    const { log, peer, onServerTime } = this.#parts;
    const { factsFrom, factsEpoch } = this.#marks;
    const size = this.#factsSize;
    const page = await sized(size, size.now, () => peer.pullFacts(factsFrom, size.now));
    onServerTime(page.serverTime);
    if (page.epoch !== factsEpoch && factsFrom !== null) {
      await this.#remember({ factsFrom: null, factsEpoch: page.epoch });
      return false;
    }
    const facts = page.facts.flatMap((document): Fact[] => {
      const fact = factSchema.safeParse(document);
      return fact.success ? [fact.data] : [];
    });
    this.#tellUnreadable(page.facts.length - facts.length);
    const changed = { factsFrom: page.checkpoint, factsEpoch: page.epoch };
    await log.takeInFacts(facts, this.#relay, changed);
    this.#kept(changed);
    return page.end;
  }

  /** Takes what a nudge says of the peer's relay; the marks of nudges come in no order with those of requests. */
  takeNudge(nudge: LiveNudge): void {
    this.#relay = nudge.mark.relay ?? null;
  }

  /** One event that is too large for the peer must not keep the others from it (SYN-2). */
  #pushFailed(error: unknown, batch: readonly ReceptionEvent[]): null {
    const [only, ...others] = batch;
    if (!(error instanceof SyncFailure && error.code === 'too-large') || only === undefined || others.length > 0) {
      throw error;
    }
    this.#parts.log.setAside(only.id);
    return null;
  }

  /** Whether the mark is another store's: then everything starts over. */
  async #takeMark(mark: StoreMark, witnessed?: boolean): Promise<boolean> {
    const { log } = this.#parts;
    this.#relay = mark.relay ?? null;
    const known = this.#marks.server;
    const { state, startOver } = afterMark(known, mark, witnessed);
    if (startOver) {
      const marks = { ...this.#marks, server: state, eventsFrom: null, factsFrom: null, pushed: [], pulledLast: null };
      await log.startOver(marks);
      this.#kept(marks);
    } else if (state.events !== known?.events) {
      await this.#remember({ server: state });
    }
    return startOver;
  }

  async #remember(changed: Partial<PeerMarks>): Promise<void> {
    await this.#parts.log.saveMarks(changed);
    this.#kept(changed);
  }

  /** The log holds these marks from now on. */
  #kept(changed: Partial<PeerMarks>): void {
    this.#marks = { ...this.#marks, ...changed };
  }

  #readable(documents: readonly unknown[]): ReceptionEvent[] {
    let unreadable = 0;
    const events: ReceptionEvent[] = [];
    for (const document of documents) {
      try {
        const event = parseReceptionEvent(document);
        if (event.shelterId === this.#parts.shelterId) events.push(event);
      } catch (error) {
        if (!(error instanceof EventFormatError)) throw error;
        unreadable += 1;
      }
    }
    this.#tellUnreadable(unreadable);
    return events;
  }

  #tellUnreadable(count: number): void {
    if (count > 0) this.#parts.onUnreadable(count);
  }
}

/** A network that carries small requests only is found out: what was too large or too slow is halved. */
async function sized<Answer>(size: BatchSize, tried: number, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await ask();
    size.worked();
    return answer;
  } catch (error) {
    if (error instanceof SyncFailure && (error.code === 'too-large' || error.code === 'timed-out')) size.failed(tried);
    throw error;
  }
}

/**
 * What a push proves of the peer's store (SYN-5): the newest event that it newly stored. Where it stored none, the
 * newest own one that it had already: the answer to an earlier push was lost. What is in quarantine, and others' events
 * that it had, maybe for long, prove nothing.
 */
export function witnessOf(settled: readonly Settled[], whose: Offered): EventId | undefined {
  const newest = (sought: 'stored' | 'already-had') => settled.findLast(({ outcome }) => outcome.outcome === sought);
  return (newest('stored') ?? (whose === 'own' ? newest('already-had') : undefined))?.event.id;
}
