import type { EventId, ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceptionEvent } from '@uketsuke/shared/reception';
import * as z from 'zod';
import { receptionDatabase } from '../../event-log/database-names.ts';
import type { LogReader, LogReaders } from '../../event-log/log-reader.ts';
import { readStoredEvent } from '../../event-log/stored-event.ts';
import type { LogPosition, RelayPositions } from './relay-positions.ts';

const PAGE = 500;

interface Waiting {
  readonly occurredAt: string;
  /** Position in the log just before this event. */
  readonly before: string | undefined;
}

const heldSchema = z.looseObject({ heldByCity: z.int().optional() });
const fetchedSchema = z.object({ rows: z.array(z.object({ doc: z.unknown().optional() })) });

/**
 * The events of the hub's log that the city has not acknowledged. Only their ids and times are kept; what comes
 * after the durable position is read again at start.
 */
export class PendingEvents {
  readonly #readers: LogReaders;
  readonly #name: string;
  readonly #waiting = new Map<EventId, Waiting>();
  readonly #setAside = new Set<EventId>();
  #generation: number;
  #epoch: string | undefined;
  #seen: string | undefined;
  /** Whether the log was read to its end since it was begun. */
  #isComplete = false;
  #looking: Promise<void> | undefined;
  #lookNext: Promise<void> | undefined;
  #round = 0;

  /** @param positions where to begin */
  constructor(readers: LogReaders, shelterId: ShelterId, positions: RelayPositions) {
    this.#readers = readers;
    this.#name = receptionDatabase(shelterId);
    this.#generation = positions.marks.server?.generation ?? 0;
    this.#epoch = positions.log?.epoch;
    this.#seen = positions.log?.sequence;
  }

  /** How many there are; null while the log has not been read to its end. */
  get count(): number | null {
    return this.#isComplete ? this.#waiting.size : null;
  }

  /** When the oldest of them was recorded, UTC. */
  get oldestAt(): string | null {
    let oldest: string | null = null;
    for (const { occurredAt } of this.#waiting.values()) {
      if (oldest === null || occurredAt < oldest) oldest = occurredAt;
    }
    return oldest;
  }

  /** How far the city has everything; null while the log was never read. */
  get position(): LogPosition | null {
    const [first] = this.#waiting.values();
    const sequence = first === undefined ? this.#seen : first.before;
    return this.#epoch === undefined || sequence === undefined ? null : { epoch: this.#epoch, sequence };
  }

  /** The city's store has this number, by the hub's count. */
  meet(generation: number): void {
    this.#generation = generation;
  }

  /** The city's store is another: nothing of the log is known to be in it (SYN-5). */
  startOver(generation: number): void {
    this.#generation = generation;
    this.#begin(this.#epoch);
  }

  /** Reads what came to the log. When it resolves, all that was in the log at the call is counted. */
  look(): Promise<void> {
    if (this.#looking === undefined) {
      this.#looking = this.#readOn().finally(() => {
        this.#looking = undefined;
      });
      return this.#looking;
    }
    // The reading under way may be past the place where something was just added: one more follows it, for all askers.
    this.#lookNext ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#lookNext = undefined;
        return this.look();
      });
    return this.#lookNext;
  }

  /** The first `limit` of them that are not set aside; empty when there is none. @throws what nano throws */
  async next(limit: number): Promise<ReceptionEvent[]> {
    for (;;) {
      const keys = this.#nextIds(limit);
      if (keys.length === 0) return [];
      const events = await this.#read(keys);
      const found = new Set(events.map(({ id }) => id));
      // What cannot be read must not keep the others from the city (SYN-2).
      for (const id of keys) if (!found.has(id)) this.setAside(id);
      if (events.length > 0) return events;
    }
  }

  /** The event cannot be offered now; it goes on waiting and lets the others pass. */
  setAside(id: EventId): void {
    if (this.#waiting.has(id)) this.#setAside.add(id);
  }

  /** The city has these. */
  settle(ids: Iterable<EventId>): void {
    for (const id of ids) {
      this.#waiting.delete(id);
      this.#setAside.delete(id);
    }
  }

  #nextIds(limit: number): EventId[] {
    const ids: EventId[] = [];
    for (const id of this.#waiting.keys()) {
      if (ids.length === limit) break;
      if (!this.#setAside.has(id)) ids.push(id);
    }
    return ids;
  }

  #read(keys: EventId[]): Promise<ReceptionEvent[]> {
    return this.#readers.use(this.#name, async (log) => {
      const { rows } = fetchedSchema.parse(await log.database.fetch({ keys }));
      return rows.flatMap(({ doc }) => readStoredEvent(doc)?.event ?? []);
    });
  }

  #begin(epoch: string | undefined): void {
    this.#round += 1;
    this.#epoch = epoch;
    this.#seen = undefined;
    this.#isComplete = false;
    this.#waiting.clear();
    this.#setAside.clear();
  }

  #readOn(): Promise<void> {
    return this.#readers.use(this.#name, async (log) => {
      const epoch = await log.epoch();
      if (this.#epoch !== epoch) this.#begin(epoch);
      while (!(await this.#readPage(log)));
    });
  }

  /** Reads one page; whether it was the last. */
  async #readPage(log: LogReader): Promise<boolean> {
    const round = this.#round;
    const page = await log.page(this.#seen, PAGE);
    if (round !== this.#round) return false;
    let before = this.#seen;
    for (const { document, sequence } of page.changes) {
      this.#take(document, before);
      before = sequence;
    }
    this.#seen = page.sequence;
    this.#isComplete ||= page.end;
    return page.end;
  }

  #take(document: unknown, before: string | undefined): void {
    if (heldSchema.safeParse(document).data?.heldByCity === this.#generation) return;
    const event = readStoredEvent(document)?.event;
    if (event !== undefined) this.#waiting.set(event.id, { occurredAt: event.occurredAt, before });
  }
}
