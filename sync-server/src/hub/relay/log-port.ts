import type { Fact } from '@uketsuke/shared/contracts';
import { type FactVerifier, provenFacts } from '@uketsuke/shared/facts';
import type { EventId, ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import type { LogPort } from '@uketsuke/shared/sync';
import * as z from 'zod';
import type { Couch } from '../../couch/couch.ts';
import { receptionDatabase } from '../../event-log/database-names.ts';
import type { LogReader, LogReaders } from '../../event-log/log-reader.ts';
import { storedEvent } from '../../event-log/stored-event.ts';
import { IncompleteWriteError, writeBatch } from '../../event-log/write-batch.ts';
import type { FactBoard } from '../../facts/fact-board.ts';
import type { PendingEvents } from './pending-events.ts';
import type { PositionStore } from './relay-positions.ts';

export interface HubLogParts {
  readonly shelterId: ShelterId;
  readonly couch: Couch;
  readonly readers: LogReaders;
  readonly facts: FactBoard;
  /** Tells the city's facts from what somebody put in their place on the way (FCT-1). */
  readonly verifier: FactVerifier;
  readonly positions: PositionStore;
  readonly pending: PendingEvents;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
  /** Told of events that the city put into its quarantine. */
  readonly onQuarantined: (count: number) => void;
}

/**
 * The hub's log as the sync engine sees it, with the city as its peer. A hub answers for everything in its log: all of
 * it is its own, what came from the city included once the city lost it.
 */
export function openLogPort(parts: HubLogParts): LogPort {
  const { facts, pending, positions } = parts;
  return {
    marks: async () => positions.current.marks,
    nextUnsent: async (whose, most) => {
      if (whose === 'others') return [];
      await pending.look();
      return pending.next(most);
    },
    setAside: (id) => pending.setAside(id),
    settle: async (settled, _generation, changed) => {
      const quarantined = settled.filter(({ outcome }) => outcome.outcome === 'quarantined').length;
      if (quarantined > 0) parts.onQuarantined(quarantined);
      pending.settle(settled.map(({ event }) => event.id));
      await positions.change(changed, pending.position);
    },
    takeInEvents: async (events, generation, changed, bounds) => {
      await store(parts, events, generation, bounds);
      pending.settle(events.map(({ id }) => id));
      await positions.change(changed, pending.position);
    },
    takeInFacts: async (taken: readonly Fact[], _relay, changed) => {
      await facts.publishAll(await provenFacts(taken, parts.verifier));
      await positions.change(changed, pending.position);
    },
    saveMarks: async (changed) => {
      await positions.change(changed, pending.position);
      if (changed.server != null) pending.meet(changed.server.generation);
    },
    startOver: async (marks) => {
      await positions.change(marks, null);
      pending.startOver(marks.server.generation);
      // What the answering store acknowledges is settled next, and must be known to be waiting before.
      await pending.look();
    },
  };
}

/** Writes what came from the city into the hub's log, noted as held by the city: it need not be offered back. */
async function store(
  parts: HubLogParts,
  events: readonly ReceptionEvent[],
  heldByCity: number,
  bounds: ReadonlyMap<EventId, number>,
): Promise<void> {
  if (events.length === 0) return;
  const { couch, readers, shelterId, now } = parts;
  const receivedAt = new Date(now()).toISOString();
  const documents = [...new Map(events.map((event) => [event.id, event])).values()].map((event) => {
    const bound = bounds.get(event.id);
    const noted = bound === undefined ? { heldByCity } : { heldByCity, boundByCity: bound };
    return { id: event.id, json: [Buffer.from(JSON.stringify({ ...storedEvent(event, receivedAt), ...noted }))] };
  });
  await readers.use(receptionDatabase(shelterId), async (log) => {
    const results = await writeBatch(couch, log.database, documents);
    const known = documents.flatMap(({ id }, at) => (results[at] === 'conflict' && bounds.has(id) ? [id] : []));
    await noteBounds(log, known, heldByCity, bounds);
  });
}

const storedSchema = z.object({
  rows: z.array(z.object({ doc: z.looseObject({ _id: z.string(), _rev: z.string() }).nullish() })),
});

/**
 * Notes what the city bounds events to that the hub had before the city did; its kiosks then hear of it. Where another
 * change comes between, the city's page is not taken in and comes again.
 */
async function noteBounds(
  { database }: LogReader,
  ids: EventId[],
  heldByCity: number,
  bounds: ReadonlyMap<EventId, number>,
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = storedSchema.parse(await database.fetch({ keys: ids }));
  const changed = ids.flatMap((id, at) => {
    const doc = rows[at]?.doc;
    const boundByCity = bounds.get(id);
    return doc == null || doc['boundByCity'] === boundByCity ? [] : [{ ...doc, heldByCity, boundByCity }];
  });
  if (changed.length === 0) return;
  const results = resultsSchema.parse(await database.bulk({ docs: changed }));
  if (results.some(({ error }) => error !== undefined)) throw new IncompleteWriteError();
}

const resultsSchema = z.array(z.object({ error: z.string().optional() }));
