import { isDeepStrictEqual } from 'node:util';
import {
  type Fact,
  factSchema,
  PULL_MAX_DOCUMENTS,
  PUSH_MAX_EVENTS,
  type StoreMark,
  WITNESSES_MAX,
} from '@uketsuke/shared/contracts';
import type { ShelterId } from '@uketsuke/shared/identifiers';
import { EventFormatError, parseReceptionEvent, type ReceptionEvent } from '@uketsuke/shared/reception';
import { afterMark, BatchSize, fittingBatch, type SyncClient, SyncFailure } from '@uketsuke/shared/sync';
import type { Couch } from '../../couch/couch.ts';
import { receptionDatabase } from '../../event-log/database-names.ts';
import type { LogReaders } from '../../event-log/log-reader.ts';
import { storedEvent } from '../../event-log/stored-event.ts';
import { writeBatch } from '../../event-log/write-batch.ts';
import type { FactBoard } from '../../facts/fact-board.ts';
import type { PendingEvents } from './pending-events.ts';
import type { PositionStore } from './relay-positions.ts';

/** Pushes of which no pull has proved yet that the city held them; with the last pulled they are the witnesses. */
const PUSHES_UNPROVEN = WITNESSES_MAX - 1;

export interface RelayStepsOptions {
  readonly shelterId: ShelterId;
  readonly couch: Couch;
  readonly readers: LogReaders;
  readonly facts: FactBoard;
  readonly positions: PositionStore;
  readonly pending: PendingEvents;
  readonly client: SyncClient;
  readonly now: () => number;
}

/** What the relay could not pass on, for log and metrics. */
export interface RelayTroubles {
  /** Events that the city put into quarantine. */
  quarantined: number;
  /** Documents of the city that this program cannot read. */
  unreadable: number;
}

/**
 * The steps of relaying between a hub's log and the city. One at a time: marks are compared in order. Every step
 * throws SyncFailure when the city, and the error of nano when the own database does not do.
 */
export class RelaySteps {
  readonly #options: RelayStepsOptions;
  readonly #pushSize = new BatchSize(PUSH_MAX_EVENTS);
  readonly #pullSize = new BatchSize(PULL_MAX_DOCUMENTS);
  readonly troubles: RelayTroubles = { quarantined: 0, unreadable: 0 };

  constructor(options: RelayStepsOptions) {
    this.#options = options;
  }

  /** Offers one batch of what the city does not hold; `nothing` when there was none. */
  async pushOnce(): Promise<'nothing' | 'more'> {
    const { client, pending, positions } = this.#options;
    await pending.look();
    const batch = fittingBatch(await pending.next(this.#pushSize.now), this.#pushSize.now);
    if (batch.length === 0) return 'nothing';
    const response = await sized(this.#pushSize, () => client.push(batch));
    // Another store answered: what it acknowledged counts, everything before does not.
    if (await this.#isAnotherStore(response.mark)) await pending.look();
    this.troubles.quarantined += response.outcomes.filter(({ outcome }) => outcome === 'quarantined').length;
    pending.settle(batch.map(({ id }) => id));
    const last = lastHeld(batch, response.outcomes);
    const pushed = last === undefined ? positions.current.pushed : [...positions.current.pushed, last];
    await positions.change({ log: pending.position, pushed: pushed.slice(-PUSHES_UNPROVEN) });
    return 'more';
  }

  /** Takes in one page of the city's events. Returns whether it was the end (SYN-3). */
  async pullEventsOnce(): Promise<boolean> {
    const { client, pending, positions } = this.#options;
    const { events: from, pushed, pulled } = positions.current;
    const witnesses = [...new Set(pulled === null ? pushed : [...pushed, pulled])];
    const page = await sized(this.#pullSize, () => client.pullEvents(from, this.#pullSize.now, witnesses));
    if (await this.#isAnotherStore(page.mark, page.witnessed)) return false;
    const events = this.#readable(page.events);
    await this.#store(events);
    pending.settle(events.map(({ id }) => id));
    await positions.change({
      events: page.checkpoint,
      pushed: pushed.slice(-1),
      pulled: events.at(-1)?.id ?? pulled,
    });
    return page.end;
  }

  /** Takes in one page of the city's facts: revoked cards and devices, keys, shelters. Returns whether it was the end. */
  async pullFactsOnce(): Promise<boolean> {
    const { client, facts, positions } = this.#options;
    const { facts: from, factsEpoch } = positions.current;
    const page = await sized(this.#pullSize, () => client.pullFacts(from, this.#pullSize.now));
    if (page.epoch !== factsEpoch && from !== null) {
      await positions.change({ facts: null, factsEpoch: page.epoch });
      return false;
    }
    const readable = page.facts.flatMap((document): Fact[] => {
      const fact = factSchema.safeParse(document);
      if (!fact.success) this.troubles.unreadable += 1;
      return fact.success ? [fact.data] : [];
    });
    await facts.publishAll(readable);
    await positions.change({ facts: page.checkpoint, factsEpoch: page.epoch });
    return page.end;
  }

  async #isAnotherStore(mark: StoreMark, witnessed?: boolean): Promise<boolean> {
    const { pending, positions } = this.#options;
    const known = positions.current.city;
    const { state, startOver } = afterMark(known, mark, witnessed);
    if (startOver) {
      await positions.change({ city: state, log: null, events: null, facts: null, pushed: [], pulled: null });
      pending.startOver(state.generation);
    } else if (!isDeepStrictEqual(known, state)) {
      await positions.change({ city: state });
      pending.meet(state.generation);
    }
    return startOver;
  }

  /** Writes what came from the city into the hub's log, noted as held by the city: it need not be offered back. */
  async #store(events: readonly ReceptionEvent[]): Promise<void> {
    const { couch, readers, positions, shelterId, now } = this.#options;
    if (events.length === 0) return;
    const receivedAt = new Date(now()).toISOString();
    const heldByCity = positions.current.city?.generation;
    const documents = [...new Map(events.map((event) => [event.id, event])).values()].map((event) => ({
      id: event.id,
      json: [Buffer.from(JSON.stringify({ ...storedEvent(event, receivedAt), heldByCity }))],
    }));
    await readers.use(receptionDatabase(shelterId), (log) => writeBatch(couch, log.database, documents));
  }

  #readable(documents: readonly unknown[]): ReceptionEvent[] {
    const events: ReceptionEvent[] = [];
    for (const document of documents) {
      try {
        const event = parseReceptionEvent(document);
        if (event.shelterId === this.#options.shelterId) events.push(event);
      } catch (error) {
        if (!(error instanceof EventFormatError)) throw error;
        this.troubles.unreadable += 1;
      }
    }
    return events;
  }
}

/** Asks for less after an answer that came too late or a request that was too large. */
async function sized<Answer>(size: BatchSize, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await ask();
    size.worked();
    return answer;
  } catch (error) {
    if (error instanceof SyncFailure && (error.code === 'too-large' || error.code === 'timed-out')) size.failed();
    throw error;
  }
}

/** The last event of the batch that is in the city's log: one in quarantine is no witness. */
function lastHeld(
  batch: readonly ReceptionEvent[],
  outcomes: readonly { readonly outcome: string }[],
): string | undefined {
  return batch.findLast((_, at) => outcomes[at]?.outcome !== 'quarantined')?.id;
}
