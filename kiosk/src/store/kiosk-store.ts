import {
  createRxDatabase,
  fillWithDefaultSettings,
  prepareQuery,
  type RxCollection,
  type RxDatabase,
  type RxStorage,
} from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import type { z } from 'zod';
import { COLLECTIONS, type KioskCollections } from './collections.ts';
import {
  type Mark,
  markSchema,
  type Receipt,
  receiptSchema,
  type StoredEvent,
  type StoredFact,
  storedEventSchema,
  storedFactSchema,
} from './documents.ts';
import { validatedStorage } from './validated-storage.ts';

const CONFLICT = 409;

/** The store did not take a write. */
export class StoreError extends Error {
  readonly code = 'store-failed';
  constructor(options?: ErrorOptions) {
    super('the store did not take the write', options);
    this.name = 'StoreError';
  }
}

/** IndexedDB through Dexie; a write resolves only when the disk has it (DUR-1). */
export function strictDexieStorage() {
  return getRxStorageDexie({ chromeTransactionDurability: 'strict' });
}

/** The kiosk's store: an append-only log of sealed events, and what syncing needs to remember. */
export class KioskStore {
  readonly #database: RxDatabase<KioskCollections>;

  private constructor(database: RxDatabase<KioskCollections>) {
    this.#database = database;
  }

  /** Opens or creates the store `name` on a storage (`strictDexieStorage()` on a real kiosk). */
  static async open<Internals, Options>(name: string, storage: RxStorage<Internals, Options>): Promise<KioskStore> {
    const database = await createRxDatabase<KioskCollections>({
      name,
      storage: validatedStorage(storage),
      multiInstance: false,
      eventReduce: false,
    });
    await database.addCollections(COLLECTIONS);
    return new KioskStore(database);
  }

  /**
   * Adds events; one whose id is there already is left as it is. Resolves when they are on the disk.
   * @throws StoreError
   */
  async addEvents(events: readonly StoredEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      const { error } = await this.#database.events.bulkInsert([...events]);
      const failed = error.find((one) => one.status !== CONFLICT);
      if (failed !== undefined) throw new StoreError();
    } catch (cause) {
      throw cause instanceof StoreError ? cause : new StoreError({ cause });
    }
  }

  /** The next events after the id `after` (null: from the first), in the order of ids. */
  eventsAfter(after: string | null, limit: number): Promise<StoredEvent[]> {
    return page(this.#database.events, storedEventSchema, after, limit);
  }

  /** The events of these ids; those not in the store are left out. */
  async eventsById(ids: readonly string[]): Promise<StoredEvent[]> {
    const documents = await this.#database.events.storageInstance.findDocumentsById([...ids], false);
    return documents.map((document) => storedEventSchema.parse(document));
  }

  async countEvents(): Promise<number> {
    return this.#database.events.count().exec();
  }

  receiptsAfter(after: string | null, limit: number): Promise<Receipt[]> {
    return page(this.#database.receipts, receiptSchema, after, limit);
  }

  async putReceipts(receipts: readonly Receipt[]): Promise<void> {
    await upsert(this.#database.receipts, receipts);
  }

  factsAfter(after: string | null, limit: number): Promise<StoredFact[]> {
    return page(this.#database.facts, storedFactSchema, after, limit);
  }

  async putFacts(facts: readonly StoredFact[]): Promise<void> {
    await upsert(this.#database.facts, facts);
  }

  /** A remembered value, parsed by `schema`; null when there is none or it no longer fits. */
  async mark<Value>(id: string, schema: z.ZodType<Value>): Promise<Value | null> {
    const [document] = await this.#database.marks.storageInstance.findDocumentsById([id], false);
    if (document === undefined) return null;
    const parsed = schema.safeParse(JSON.parse(markSchema.parse(document).value));
    return parsed.success ? parsed.data : null;
  }

  async setMark(id: string, value: unknown): Promise<void> {
    await upsert<Mark>(this.#database.marks, [{ id, value: JSON.stringify(value) }]);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

/** Goes past RxDB's query cache, which would keep every page in memory. */
async function page<Document>(
  collection: RxCollection,
  schema: z.ZodType<Document>,
  after: string | null,
  limit: number,
): Promise<Document[]> {
  const query = prepareQuery(fillWithDefaultSettings(collection.schema.jsonSchema), {
    selector: { id: { $gt: after ?? '' }, _deleted: { $eq: false } },
    sort: [{ id: 'asc' }],
    limit,
    skip: 0,
  });
  const { documents } = await collection.storageInstance.query(query);
  return documents.map((document) => schema.parse(document));
}

async function upsert<Document>(collection: RxCollection<Document>, documents: readonly Document[]): Promise<void> {
  if (documents.length === 0) return;
  try {
    const { error } = await collection.bulkUpsert([...documents]);
    if (error.length > 0) throw new StoreError();
  } catch (cause) {
    throw cause instanceof StoreError ? cause : new StoreError({ cause });
  }
}
