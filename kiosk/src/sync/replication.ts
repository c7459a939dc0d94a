import {
  type Fact,
  factSchema,
  type LiveNudge,
  PUSH_MAX_EVENTS,
  type RelayState,
  type StoreMark,
  WITNESSES_MAX,
} from '@uketsuke/shared/contracts';
import type { EventId } from '@uketsuke/shared/identifiers';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import { afterMark, fittingBatch, type SyncClient, SyncFailure } from '@uketsuke/shared/sync';
import { supersedes } from '../facts/fact-order.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { Offered, PeerAcknowledgements } from '../store/acknowledgements.ts';
import type { PeerName, PeerReceipt } from '../store/documents.ts';
import { readReceipts, receiptOf } from '../store/receipts.ts';
import { type PeerMarks, READABLE, recallMarks, rememberMarks } from './peer-marks.ts';

export const PULL_PAGE = 100;
export const FACTS_PAGE = 500;
/** Pushes of which no pull has proved yet that the peer held them; with the last pulled they are the witnesses. */
const PUSHES_UNPROVEN = WITNESSES_MAX - 1;

/** What takes in the city's facts: the cards that this desk trusts. */
export interface FactTaker {
  take(fact: Fact): void;
}

export interface ReplicationParts {
  readonly peer: PeerName;
  readonly log: EventLog;
  readonly trust: FactTaker;
  readonly client: SyncClient;
  readonly onServerTime: (serverTime: string) => void;
}

/** The steps of syncing between the event log and one peer. One at a time: marks are compared in order. */
export class Replication {
  readonly #parts: ReplicationParts;
  readonly #acknowledgements: PeerAcknowledgements;
  #marks: PeerMarks;
  #relay: RelayState | null = null;
  #unreadable = 0;

  private constructor(parts: ReplicationParts, acknowledgements: PeerAcknowledgements, marks: PeerMarks) {
    this.#parts = parts;
    this.#acknowledgements = acknowledgements;
    this.#marks = marks;
  }

  /** Takes up where the peer was left; for a hub, the log then begins to keep what the hub holds. @throws StoreError */
  static async of(parts: ReplicationParts): Promise<Replication> {
    const { log, peer } = parts;
    const marks = await recallMarks(log.store, peer, READABLE);
    if (peer === 'city') return new Replication(parts, log.acknowledgements.city, marks);
    const receipts = await readReceipts(log.store, peer, marks.server?.generation ?? 0);
    return new Replication(parts, log.acknowledgements.followHub(receipts), marks);
  }

  /** The generation of the peer's store that was met last; 0 before any exchange. */
  get generation(): number {
    return this.#marks.server?.generation ?? 0;
  }

  /** What the peer said last of its own way to the city; null from a peer that says nothing of it. */
  get relay(): RelayState | null {
    return this.#relay;
  }

  get acknowledgements(): PeerAcknowledgements {
    return this.#acknowledgements;
  }

  /**
   * Whether to pull before the next push. A store that was restored between two pushes is found out by the first; were
   * there no pull between them, what it lost would be forgotten with the next (SYN-5).
   */
  get isPullDue(): boolean {
    return this.#marks.pushed.length >= PUSHES_UNPROVEN;
  }

  /** Documents from the peer that this version could not read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /**
   * Pushes one batch of what the peer does not hold.
   * @returns whether there was anything to push
   * @throws SyncFailure, StoreError
   */
  async pushOnce(whose: Offered, maxEvents: number = PUSH_MAX_EVENTS): Promise<boolean> {
    const { log, client } = this.#parts;
    const ids = this.#acknowledgements.nextToOffer(maxEvents, whose);
    if (ids.length === 0) return false;
    const batch = fittingBatch(await this.#eventsOf(ids), maxEvents);
    if (batch.length === 0) return true;
    const response = await client.push(batch).catch((error: unknown) => this.#pushFailed(error, batch));
    if (response === null) return true;
    this.#parts.onServerTime(response.serverTime);
    const { generation } = await this.#takeMark(response.mark);
    const receipts = batch.flatMap((event, at) => {
      const outcome = response.outcomes[at];
      return outcome === undefined ? [] : [receiptOf(event, outcome, generation)];
    });
    await log.store.putReceipts(this.#parts.peer, receipts);
    for (const { id, outcome } of receipts) this.#acknowledgements.acknowledge(id, outcome === 'quarantined');
    const last = lastHeld(receipts, whose);
    if (last !== undefined) await this.#remember({ pushed: [...this.#marks.pushed, last].slice(-PUSHES_UNPROVEN) });
    return true;
  }

  /**
   * Pulls one page of events.
   * @returns whether the peer says that this is the end (SYN-3)
   * @throws SyncFailure, StoreError
   */
  async pullEventsOnce(limit: number = PULL_PAGE): Promise<boolean> {
    const { client, log, peer } = this.#parts;
    const { eventsFrom, pushed, pulledLast } = this.#marks;
    const witnesses = new Set(pulledLast === null ? pushed : [...pushed, pulledLast]);
    const page = await client.pullEvents(eventsFrom, limit, [...witnesses]);
    this.#parts.onServerTime(page.serverTime);
    const { generation, startedOver } = await this.#takeMark(page.mark, page.witnessed);
    // A page from an old position of a new store means nothing: begin again.
    if (startedOver) return false;
    const events = this.#readable(page.events);
    await log.takePulled(peer, events, generation);
    const last = events.at(-1);
    await this.#remember({
      eventsFrom: page.checkpoint,
      pushed: pushed.slice(-1),
      ...(last === undefined ? {} : { pulledLast: last.id }),
    });
    return page.end;
  }

  /**
   * Pulls one page of facts; a later fact replaces the former of its id.
   * @returns whether this is the end
   * @throws SyncFailure, StoreError
   */
  async pullFactsOnce(limit: number = FACTS_PAGE): Promise<boolean> {
    const page = await this.#parts.client.pullFacts(this.#marks.factsFrom, limit);
    this.#parts.onServerTime(page.serverTime);
    if (await this.#isOtherFactStore(page.epoch)) return false;
    const facts = page.facts.flatMap((document) => {
      const fact = factSchema.safeParse(document);
      if (!fact.success) this.#unreadable += 1;
      return fact.success ? [fact.data] : [];
    });
    await this.#takeFacts(facts);
    await this.#remember({ factsFrom: page.checkpoint });
    return page.end;
  }

  /** Takes what a nudge says of the peer's relay; the marks of nudges come in no order with those of requests. */
  takeNudge(nudge: LiveNudge): void {
    this.#relay = nudge.mark.relay ?? null;
  }

  async #eventsOf(ids: readonly EventId[]): Promise<ReceptionEvent[]> {
    const { log } = this.#parts;
    const documents = new Map((await log.store.eventsById(ids)).map((document) => [document.id, document]));
    const events: ReceptionEvent[] = [];
    for (const id of ids) {
      const document = documents.get(id);
      const event = document === undefined ? null : await log.unseal(document).catch(() => null);
      // Damaged on the disk since the start: the next start restores it from the journal. The rest goes on (SYN-2).
      if (event === null) this.#acknowledgements.setAside(id);
      else events.push(event);
    }
    return events;
  }

  /** One event that is too large for the peer must not keep the others from it (SYN-2). */
  #pushFailed(error: unknown, batch: readonly ReceptionEvent[]): null {
    const [only, ...others] = batch;
    if (!(error instanceof SyncFailure && error.code === 'too-large') || only === undefined || others.length > 0) {
      throw error;
    }
    this.#acknowledgements.setAside(only.id);
    return null;
  }

  async #takeFacts(facts: readonly Fact[]): Promise<void> {
    const { log, trust } = this.#parts;
    const stored = await log.store.factsById([...new Set(facts.map(({ id }) => id))]);
    const known = new Map(stored.map(({ id, fact }) => [id, fact]));
    const isCurrent = this.#parts.peer === 'city' || this.#relay?.connected === true;
    const taken: Fact[] = [];
    for (const fact of facts) {
      if (!supersedes(known.get(fact.id), fact, isCurrent)) continue;
      known.set(fact.id, fact);
      taken.push(fact);
    }
    const latest = new Map(taken.map((fact) => [fact.id, fact]));
    await log.store.putFacts([...latest].map(([id, fact]) => ({ id, fact })));
    for (const fact of taken) trust.take(fact);
  }

  /** Whether the facts come from another store than the checkpoint did; then they are pulled from the beginning. */
  async #isOtherFactStore(epoch: string): Promise<boolean> {
    if (epoch === this.#marks.factsEpoch) return false;
    const isFromBeginning = this.#marks.factsFrom === null;
    await this.#remember({ factsFrom: null, factsEpoch: epoch });
    return !isFromBeginning;
  }

  async #takeMark(
    mark: StoreMark,
    witnessed?: boolean,
  ): Promise<{ readonly generation: number; readonly startedOver: boolean }> {
    this.#relay = mark.relay ?? null;
    const { state, startOver } = afterMark(this.#marks.server, mark, witnessed);
    if (startOver) {
      this.#acknowledgements.startOver();
      await this.#remember({ server: state, eventsFrom: null, factsFrom: null, pushed: [], pulledLast: null });
    } else if (state.events !== this.#marks.server?.events) {
      await this.#remember({ server: state });
    }
    return { generation: state.generation, startedOver: startOver };
  }

  async #remember(changed: Partial<PeerMarks>): Promise<void> {
    this.#marks = { ...this.#marks, ...changed };
    if (Object.keys(changed).length > 0) await rememberMarks(this.#parts.log.store, this.#parts.peer, changed);
  }

  #readable(documents: readonly unknown[]): ReceptionEvent[] {
    const events: ReceptionEvent[] = [];
    for (const document of documents) {
      try {
        const event = parseReceptionEvent(document);
        if (event.shelterId === this.#parts.log.identity.shelterId) events.push(event);
      } catch (error) {
        if (!(error instanceof EventFormatError)) throw error;
        this.#unreadable += 1;
      }
    }
    return events;
  }
}

/** The newest event that the peer has from here: one just stored, or an own one whose first answer was lost. */
function lastHeld(receipts: readonly PeerReceipt[], whose: Offered): EventId | undefined {
  const stored = receipts.findLast(({ outcome }) => outcome === 'stored');
  if (stored !== undefined || whose === 'others') return stored?.id;
  return receipts.findLast(({ outcome }) => outcome === 'already-had')?.id;
}
