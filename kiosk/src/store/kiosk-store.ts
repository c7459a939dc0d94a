import { type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import { readJson } from '@uketsuke/shared/json';
import { createRxDatabase, type RxStorage } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import type * as z from 'zod';
import { COLLECTIONS, type KioskCollections } from './collections.ts';
import {
  type Bound,
  boundSchema,
  type EventDocument,
  eventDocumentSchema,
  KEY_PREFIXES,
  type Mark,
  markSchema,
  type PeerName,
  type PeerReceipt,
  type Receipt,
  receiptSchema,
  type StoredEvent,
  type StoredFact,
  storedFactSchema,
} from './documents.ts';
import { collectionTable, type Page, type Table } from './table.ts';
import { validatedStorage } from './validated-storage.ts';

export { StoreError } from './table.ts';

/** With what every event's id begins. */
const EVENT_ID_PREFIX = 'ev:';

/** Among the marks; RxDB keeps only so many collections open at a time. */
const BOUND_PREFIX = 'bound:';

/** IndexedDB through Dexie; a write resolves only when the disk has it (DUR-1). */
export function strictDexieStorage() {
  return getRxStorageDexie({ chromeTransactionDurability: 'strict' });
}

interface Tables {
  readonly events: Table<EventDocument>;
  readonly receipts: Table<Receipt>;
  readonly facts: Table<StoredFact>;
  readonly marks: Table<Mark>;
}

/**
 * The kiosk's store: an append-only log of sealed events, and what syncing needs to remember. Writes reject with
 * StoreError.
 */
export class KioskStore {
  readonly #tables: Tables;
  readonly #close: () => Promise<unknown>;

  private constructor(tables: Tables, close: () => Promise<unknown>) {
    this.#tables = tables;
    this.#close = close;
  }

  /** Opens or creates the store `name` on a storage (`strictDexieStorage()` on a real kiosk). */
  static async open<Internals, Options>(name: string, storage: RxStorage<Internals, Options>): Promise<KioskStore> {
    const database = await createRxDatabase<KioskCollections>({
      name,
      storage: validatedStorage(storage),
      multiInstance: false,
      eventReduce: false,
    });
    try {
      await database.addCollections(COLLECTIONS);
    } catch (error) {
      await database.close();
      throw error;
    }
    const tables: Tables = {
      events: collectionTable(database.events, eventDocumentSchema),
      receipts: collectionTable(database.receipts, receiptSchema),
      facts: collectionTable(database.facts, storedFactSchema),
      marks: collectionTable(database.marks, markSchema),
    };
    return new KioskStore(tables, () => database.close());
  }

  /** Adds events; one whose id is there already is left as it is. Resolves when they are on the disk. */
  addEvents(events: readonly StoredEvent[]): Promise<void> {
    return this.#tables.events.insert(events.map(documentOf));
  }

  /** Writes events in the place of damaged ones. */
  replaceEvents(events: readonly StoredEvent[]): Promise<void> {
    return this.#tables.events.put(events.map(documentOf));
  }

  /** The next events after the id `after` (null: from the first), in the order of ids. */
  async eventsAfter(after: string | null, limit: number): Promise<Page<StoredEvent>> {
    const page = await this.#tables.events.page({ after, limit, prefix: '' });
    return { ...page, documents: page.documents.map(eventOf) };
  }

  /** The events of these ids; those not in the store, or damaged, are left out. */
  async eventsById(ids: readonly string[]): Promise<StoredEvent[]> {
    return (await this.#tables.events.byIds(ids)).map(eventOf);
  }

  countEvents(): Promise<number> {
    return this.#tables.events.count();
  }

  /** A page of a peer's receipts. Damaged ones are left out, as their events can be offered again. */
  async receiptsAfter(
    peer: PeerName,
    after: string | null,
    limit: number,
  ): Promise<{ readonly receipts: readonly PeerReceipt[]; readonly next: string | null }> {
    const prefix = KEY_PREFIXES[peer].receipts;
    const range = { after, limit, prefix: `${prefix}${EVENT_ID_PREFIX}` };
    const { documents, next } = await this.#tables.receipts.page(range);
    const receipts = documents.map((one) => ({ ...one, id: eventIdSchema.parse(one.id.slice(prefix.length)) }));
    return { receipts, next };
  }

  putReceipts(peer: PeerName, receipts: readonly PeerReceipt[]): Promise<void> {
    return this.#tables.receipts.put(receipts.map((receipt) => ({ ...receipt, id: receiptIdOf(peer, receipt.id) })));
  }

  /** What bounds the places of events. Damaged ones are left out: the events stand where their stamps say. */
  async boundsAfter(after: string | null, limit: number): Promise<Page<Bound>> {
    const page = await this.#tables.marks.page({ after, limit, prefix: BOUND_PREFIX });
    const documents = page.documents.flatMap(({ id, value }) => {
      const bound = boundSchema.safeParse({
        id: id.slice(BOUND_PREFIX.length),
        ms: readJson(value, boundSchema.shape.ms),
      });
      return bound.success ? [bound.data] : [];
    });
    return { ...page, documents };
  }

  putBounds(bounds: readonly Bound[]): Promise<void> {
    return this.setMarks(Object.fromEntries(bounds.map(({ id, ms }) => [`${BOUND_PREFIX}${id}`, ms])));
  }

  factsAfter(after: string | null, limit: number): Promise<Page<StoredFact>> {
    return this.#tables.facts.page({ after, limit, prefix: '' });
  }

  /** The facts of these ids; those not in the store, or damaged, are left out. */
  factsById(ids: readonly string[]): Promise<StoredFact[]> {
    return this.#tables.facts.byIds(ids);
  }

  putFacts(facts: readonly StoredFact[]): Promise<void> {
    return this.#tables.facts.put(facts);
  }

  /** A remembered value, parsed by `schema`; null when there is none or it no longer fits. */
  async mark<Value>(id: string, schema: z.ZodType<Value>): Promise<Value | null> {
    const [document] = await this.#tables.marks.byIds([id]);
    return readJson(document?.value, schema) ?? null;
  }

  setMark(id: string, value: unknown): Promise<void> {
    return this.setMarks({ [id]: value });
  }

  /** Sets several values in one write. */
  setMarks(values: Readonly<Record<string, unknown>>): Promise<void> {
    const marks = Object.entries(values).map(([id, value]) => ({ id, value: JSON.stringify(value) }));
    return this.#tables.marks.put(marks);
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

function receiptIdOf(peer: PeerName, id: EventId): Receipt['id'] {
  return receiptSchema.shape.id.parse(`${KEY_PREFIXES[peer].receipts}${id}`);
}

function documentOf({ cityGeneration, ...event }: StoredEvent): EventDocument {
  return { ...event, heldBy: cityGeneration };
}

function eventOf({ heldBy, ...document }: EventDocument): StoredEvent {
  return { ...document, cityGeneration: heldBy };
}
