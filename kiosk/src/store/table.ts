import { CodedError } from '@uketsuke/shared/coded-error';
import { fillWithDefaultSettings, prepareQuery, type RxCollection, type RxJsonSchema } from 'rxdb';
import * as z from 'zod';

const CONFLICT = 409;
const NO_CONFLICTS: ReadonlySet<number> = new Set();
const CONFLICTS: ReadonlySet<number> = new Set([CONFLICT]);

/** The store did not take a write. */
export class StoreError extends CodedError<'store-failed'> {
  override readonly name = 'StoreError';
  constructor(options?: ErrorOptions) {
    super('store-failed', 'the store did not take the write', options);
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
