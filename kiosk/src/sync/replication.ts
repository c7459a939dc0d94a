import {
  type Checkpoint,
  checkpointSchema,
  factSchema,
  PUSH_MAX_EVENTS,
  type PushOutcome,
  type StoreMark,
} from '@uketsuke/shared/protocol';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import { afterMark, fittingBatch, type ServerState, type SyncClient, serverStateSchema } from '@uketsuke/shared/sync';
import { z } from 'zod';
import type { KioskCardTrust } from '../reception/card-trust.ts';
import type { EventLog } from '../reception/event-log.ts';
import type { Receipt, StoredFact } from '../store/documents.ts';

const PULL_PAGE = 100;
const FACTS_PAGE = 500;
const MARKS = { server: 'server', events: 'checkpoint-events', facts: 'checkpoint-facts', factsEpoch: 'facts-epoch' };

/** The steps of syncing between the event log and the server. One at a time: marks are compared in order. */
export class Replication {
  readonly #log: EventLog;
  readonly #trust: KioskCardTrust;
  readonly #client: SyncClient;
  readonly #onServerTime: (serverTime: string) => void;
  #server: ServerState | null;
  #eventsFrom: Checkpoint;
  #factsFrom: Checkpoint;
  #factsEpoch: string | null = null;
  #unreadable = 0;

  private constructor(
    parts: ReplicationParts,
    server: ServerState | null,
    eventsFrom: Checkpoint,
    factsFrom: Checkpoint,
  ) {
    this.#log = parts.log;
    this.#trust = parts.trust;
    this.#client = parts.client;
    this.#onServerTime = parts.onServerTime;
    this.#server = server;
    this.#eventsFrom = eventsFrom;
    this.#factsFrom = factsFrom;
  }

  static async of(parts: ReplicationParts): Promise<Replication> {
    const { store } = parts.log;
    const [server, eventsFrom, factsFrom] = await Promise.all([
      store.mark(MARKS.server, serverStateSchema),
      store.mark(MARKS.events, checkpointSchema),
      store.mark(MARKS.facts, checkpointSchema),
    ]);
    const replication = new Replication(parts, server, eventsFrom, factsFrom);
    replication.#factsEpoch = await store.mark(MARKS.factsEpoch, z.string());
    return replication;
  }

  /** The generation of the server's store that was met last; 0 before any exchange. */
  get generation(): number {
    return this.#server?.generation ?? 0;
  }

  /** Documents from the server that this version could not read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /**
   * Pushes one batch of what the server does not hold.
   * @returns whether there may be more
   * @throws SyncFailure, StoreError
   */
  async pushOnce(maxEvents: number = PUSH_MAX_EVENTS): Promise<boolean> {
    const ids = this.#log.acknowledgements.nextToOffer(maxEvents);
    if (ids.length === 0) return false;
    const documents = new Map((await this.#log.store.eventsById(ids)).map((document) => [document.id, document]));
    const events: ReceptionEvent[] = [];
    for (const id of ids) {
      const document = documents.get(id);
      if (document !== undefined) events.push(await this.#log.unseal(document));
    }
    const batch = fittingBatch(events, maxEvents);
    if (batch.length === 0) return false;
    const response = await this.#client.push(batch);
    this.#onServerTime(response.serverTime);
    const generation = await this.#takeMark(response.mark);
    const receipts = batch.map((event, at) => receiptOf(event, response.outcomes[at], generation));
    await this.#log.store.putReceipts(receipts);
    for (const { id, outcome } of receipts) this.#log.acknowledgements.acknowledge(id, outcome === 'quarantined');
    return true;
  }

  /**
   * Pulls one page of events.
   * @returns whether the server says that this is the end (SYN-3)
   * @throws SyncFailure, StoreError
   */
  async pullEventsOnce(): Promise<boolean> {
    const page = await this.#client.pullEvents(this.#eventsFrom, PULL_PAGE);
    this.#onServerTime(page.serverTime);
    const before = this.#server?.generation;
    const generation = await this.#takeMark(page.mark);
    // A page from an old position of a new store means nothing: begin again.
    if (before !== undefined && before !== generation) return false;
    await this.#log.takePulled(this.#readable(page.events), generation);
    this.#eventsFrom = page.checkpoint;
    await this.#log.store.setMark(MARKS.events, page.checkpoint);
    return page.end;
  }

  /**
   * Pulls one page of facts; a later fact replaces the former of its id.
   * @returns whether this is the end
   * @throws SyncFailure, StoreError
   */
  async pullFactsOnce(): Promise<boolean> {
    const page = await this.#client.pullFacts(this.#factsFrom, FACTS_PAGE);
    this.#onServerTime(page.serverTime);
    if (await this.#isOtherFactStore(page.epoch)) return false;
    const facts: StoredFact[] = [];
    for (const document of page.facts) {
      const fact = factSchema.safeParse(document);
      if (fact.success) facts.push({ id: fact.data.id, fact: fact.data });
      else this.#unreadable += 1;
    }
    const latest = [...new Map(facts.map((fact) => [fact.id, fact])).values()];
    await this.#log.store.putFacts(latest);
    for (const { fact } of facts) this.#trust.take(fact);
    this.#factsFrom = page.checkpoint;
    await this.#log.store.setMark(MARKS.facts, page.checkpoint);
    return page.end;
  }

  /** Whether the facts come from another store than the checkpoint did; then they are pulled from the beginning. */
  async #isOtherFactStore(epoch: string): Promise<boolean> {
    if (epoch === this.#factsEpoch) return false;
    const isFromBeginning = this.#factsFrom === null;
    this.#factsEpoch = epoch;
    this.#factsFrom = null;
    await this.#log.store.setMark(MARKS.facts, null);
    await this.#log.store.setMark(MARKS.factsEpoch, epoch);
    return !isFromBeginning;
  }

  async #takeMark(mark: StoreMark): Promise<number> {
    const { state, startOver } = afterMark(this.#server, mark);
    const { store, acknowledgements } = this.#log;
    if (startOver) {
      acknowledgements.startOver();
      this.#eventsFrom = null;
      this.#factsFrom = null;
      await store.setMark(MARKS.events, null);
      await store.setMark(MARKS.facts, null);
    }
    if (startOver || this.#server === null || state.events !== this.#server.events) {
      await store.setMark(MARKS.server, state);
    }
    this.#server = state;
    return state.generation;
  }

  #readable(documents: readonly unknown[]): ReceptionEvent[] {
    const events: ReceptionEvent[] = [];
    for (const document of documents) {
      try {
        const event = parseReceptionEvent(document);
        if (event.shelterId === this.#log.identity.shelterId) events.push(event);
      } catch (error) {
        if (!(error instanceof EventFormatError)) throw error;
        this.#unreadable += 1;
      }
    }
    return events;
  }
}

export interface ReplicationParts {
  readonly log: EventLog;
  readonly trust: KioskCardTrust;
  readonly client: SyncClient;
  readonly onServerTime: (serverTime: string) => void;
}

/** Forgets how far events were pulled: a store that lost some may have lost others that only the server has (DUR-2). */
export async function pullFromTheBeginning(log: EventLog): Promise<void> {
  await log.store.setMark(MARKS.events, null);
}

/** The generation of the server's store that the kiosk knew last; 0 before any exchange. */
export async function knownGeneration(log: EventLog): Promise<number> {
  return (await log.store.mark(MARKS.server, serverStateSchema))?.generation ?? 0;
}

function receiptOf(event: ReceptionEvent, outcome: PushOutcome | undefined, generation: number): Receipt {
  if (outcome?.outcome !== 'quarantined') return { id: event.id, generation, outcome: outcome?.outcome ?? 'stored' };
  return { id: event.id, generation, outcome: 'quarantined', reason: outcome.reason };
}
