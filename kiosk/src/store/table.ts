import {
  type BulkWriteRow,
  fillWithDefaultSettings,
  prepareQuery,
  type RxCollection,
  type RxJsonSchema,
  type RxStorageInstance,
} from 'rxdb';
import { z } from 'zod';

const CONFLICT = 409;
const NO_CONFLICTS: ReadonlySet<number> = new Set();
const CONFLICTS: ReadonlySet<number> = new Set([CONFLICT]);

/** The store did not take a write. */
export class StoreError extends Error {
  readonly code = 'store-failed';
  constructor(options?: ErrorOptions) {
    super('the store did not take the write', options);
    this.name = 'StoreError';
  }
}

/** Which ids a page is of: those after `after`, within a prefix. */
export interface PageRange {
  /** The last id of the page before; null: from the first. */
  readonly after: string | null;
  readonly limit: number;
  /** Only ids that begin so. */
  readonly prefix: string;
}

/** Documents in the order of their ids. */
export interface Page<Document> {
  readonly documents: readonly Document[];
  /** Ids whose documents are not as they were written: damaged on the disk. */
  readonly damaged: readonly string[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

/** The documents of one kind in the kiosk's store. Writes reject with StoreError. */
export interface Table<Document> {
  /** Adds documents; one whose id is there already is left as it is. Resolves when they are on the disk. */
  insert(documents: readonly Document[]): Promise<void>;
  /** Writes documents, replacing those of the same ids. */
  put(documents: readonly Document[]): Promise<void>;
  page(range: PageRange): Promise<Page<Document>>;
  /** The documents of these ids; those that are missing or damaged are left out. */
  byIds(ids: readonly string[]): Promise<Document[]>;
  count(): Promise<number>;
}

type Instance = Pick<RxCollection['storageInstance'], 'query' | 'findDocumentsById' | 'count'>;
interface Failure {
  readonly status: number;
}

/** A table over a collection of an RxDB database. */
export function collectionTable<Document extends { readonly id: string }>(
  collection: RxCollection<Document>,
  schema: z.ZodType<Document>,
): Table<Document> {
  return {
    ...readsOf(collection.storageInstance, schema),
    insert: (documents) =>
      writing(documents, async () => (await collection.bulkInsert([...documents])).error, CONFLICTS),
    put: (documents) =>
      writing(documents, async () => (await collection.bulkUpsert([...documents])).error, NO_CONFLICTS),
  };
}

/**
 * A table over a storage instance of RxDB without a database around it. RxDB holds at most 16 collections a process;
 * a simulation runs hundreds of kiosks in one.
 */
export function instanceTable<Document extends { readonly id: string }>(
  instance: RxStorageInstance<Document, unknown, unknown>,
  schema: z.ZodType<Document>,
): Table<Document> {
  const insert = async (documents: readonly Document[]) => {
    const rows: BulkWriteRow<Document>[] = documents.map((document) => ({ document: { ...document, ...METADATA() } }));
    return (await instance.bulkWrite(rows, 'insert')).error;
  };
  const put = async (documents: readonly Document[]) => {
    const latest = new Map(documents.map((document) => [document.id, document]));
    const present = await instance.findDocumentsById([...latest.keys()], false);
    const before = new Map(present.map((document) => [document.id, document]));
    const rows: BulkWriteRow<Document>[] = [...latest.values()].map((document) => {
      const previous = before.get(document.id);
      return { ...(previous === undefined ? {} : { previous }), document: { ...document, ...METADATA() } };
    });
    return (await instance.bulkWrite(rows, 'put')).error;
  };
  return {
    ...readsOf(instance, schema),
    insert: (documents) => writing(documents, () => insert(documents), CONFLICTS),
    put: (documents) => writing(documents, () => put(documents), NO_CONFLICTS),
  };
}

/** What RxDB keeps with every document. Nothing of ours reads the revision. */
const METADATA = () => ({ _deleted: false, _attachments: {}, _meta: { lwt: Date.now() }, _rev: '1-kiosk' });

const identifiedSchema = z.object({ id: z.string() });

/** What the planner of queries needs to know: every document of ours has an id, which is its primary key. */
const IDENTIFIED: RxJsonSchema<{ id: string }> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 200 } },
  required: ['id'],
};

/** Goes past RxDB's query cache, which would keep every page in memory. */
function readsOf<Document>(
  instance: Instance,
  schema: z.ZodType<Document>,
): Pick<Table<Document>, 'page' | 'byIds' | 'count'> {
  const filled = fillWithDefaultSettings(IDENTIFIED);
  const select = (range: { $gt: string; $lt?: string }, limit?: number) =>
    prepareQuery(filled, {
      selector: { id: range, _deleted: { $eq: false } },
      sort: [{ id: 'asc' }],
      skip: 0,
      ...(limit === undefined ? {} : { limit }),
    });
  return {
    page: async ({ after, limit, prefix }) => {
      const range = { $gt: after ?? prefix, $lt: `${prefix}\u{ffff}` };
      const rows: readonly unknown[] = (await instance.query(select(range, limit))).documents;
      const documents: Document[] = [];
      const damaged: string[] = [];
      const ids = rows.map((row) => identifiedSchema.parse(row).id);
      for (const [at, row] of rows.entries()) {
        const parsed = schema.safeParse(row);
        if (parsed.success) documents.push(parsed.data);
        else damaged.push(ids[at] ?? '');
      }
      return { documents, damaged, next: rows.length < limit ? null : (ids.at(-1) ?? null) };
    },
    byIds: async (ids) => {
      const rows: readonly unknown[] = await instance.findDocumentsById([...ids], false);
      return rows.flatMap((row) => {
        const parsed = schema.safeParse(row);
        return parsed.success ? [parsed.data] : [];
      });
    },
    count: async () => (await instance.count(select({ $gt: '' }))).count,
  };
}

async function writing(
  documents: readonly unknown[],
  write: () => Promise<readonly Failure[]>,
  harmless: ReadonlySet<number>,
): Promise<void> {
  if (documents.length === 0) return;
  try {
    const failures = await write();
    if (failures.some((failure) => !harmless.has(failure.status))) throw new StoreError();
  } catch (cause) {
    throw cause instanceof StoreError ? cause : new StoreError({ cause });
  }
}
