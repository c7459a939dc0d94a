import { readJson } from '@uketsuke/shared/json';
import type { FindRequest } from 'pouchdb';
import { z } from 'zod';
import { CouchProblem, notFound, problemOf } from './couch-problem.ts';
import type { Databases, EmbeddedDatabase } from './databases.ts';
import { type CouchRequest, jsonObjectSchema, readObject, sendJson } from './request.ts';
import { withCouchExistence } from './selectors.ts';

/** CouchDB's default `limit` of _find. */
const DEFAULT_LIMIT = 25;
const NO_BOOKMARK = 'nil';

const sortSchema = z.union([z.string(), z.record(z.string(), z.enum(['asc', 'desc']))]);
const findSchema = z.object({
  selector: jsonObjectSchema,
  fields: z.array(z.string()).optional(),
  sort: z.array(sortSchema).optional(),
  limit: z.int().min(0).default(DEFAULT_LIMIT),
  skip: z.int().min(0).default(0),
  use_index: z
    .union([z.string(), z.tuple([z.string(), z.string()]), z.tuple([z.string()]).transform(([only]) => only)])
    .optional(),
  bookmark: z.string().nullish(),
});

const bookmarkSchema = z.object({ skip: z.int().min(0) });

/** POST _find */
export async function find(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const { bookmark, skip, ...asked } = await readObject(request, findSchema);
  const from = skip + bookmarkedSkip(bookmark);
  const answer = await runFind(database, { ...asked, selector: withCouchExistence(asked.selector), skip: from });
  const next = answer.docs.length === 0 ? NO_BOOKMARK : bookmarkAt(from - skip + answer.docs.length);
  sendJson(request, 200, {
    docs: answer.docs,
    bookmark: next,
    ...(answer.warning === undefined ? {} : { warning: answer.warning }),
  });
}

async function runFind(database: EmbeddedDatabase, asked: FindRequest) {
  try {
    return await database.pouch.find(asked);
  } catch (error) {
    // pouchdb-find throws plain errors for queries that no index serves.
    if (error instanceof Error && /^(Cannot sort|could not find)/i.test(error.message)) {
      throw new CouchProblem(400, 'no_usable_index', error.message);
    }
    if (error instanceof Error && problemOf(error).status === 500 && /operator/i.test(error.message)) {
      throw new CouchProblem(400, 'invalid_operator', error.message);
    }
    throw error;
  }
}

function bookmarkAt(skip: number): string {
  return Buffer.from(JSON.stringify({ skip })).toString('base64url');
}

function bookmarkedSkip(bookmark: string | null | undefined): number {
  if (bookmark == null || bookmark === '' || bookmark === NO_BOOKMARK) return 0;
  const parsed = readJson(Buffer.from(bookmark, 'base64url').toString(), bookmarkSchema);
  if (parsed === undefined) throw new CouchProblem(400, 'invalid_bookmark', 'Invalid bookmark value');
  return parsed.skip;
}

const indexFieldSchema = z.union([z.string(), z.record(z.string(), z.enum(['asc', 'desc']))]);
const createIndexSchema = z.object({
  index: z.object({ fields: z.array(indexFieldSchema).min(1), partial_filter_selector: jsonObjectSchema.optional() }),
  ddoc: z.string().optional(),
  name: z.string().optional(),
  type: z.literal('json').optional(),
});

/** POST _index */
export async function createIndex(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
): Promise<void> {
  const { index, ddoc, name } = await readObject(request, createIndexSchema);
  const created = await database.pouch.createIndex({
    index: {
      fields: index.fields.map((field) => (typeof field === 'string' ? field : (Object.keys(field)[0] ?? ''))),
      ...(ddoc === undefined ? {} : { ddoc: withoutPrefix(ddoc) }),
      ...(name === undefined ? {} : { name }),
      ...(index.partial_filter_selector === undefined
        ? {}
        : { partial_filter_selector: index.partial_filter_selector }),
    },
  });
  databases.wrote(database);
  sendJson(request, 200, created);
}

/** GET _index */
export async function listIndexes(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const { indexes } = await database.pouch.getIndexes();
  sendJson(request, 200, { total_rows: indexes.length, indexes });
}

/** DELETE _index/{ddoc}/json/{name} */
export async function deleteIndex(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  ddoc: string,
  name: string,
): Promise<void> {
  const { indexes } = await database.pouch.getIndexes();
  const id = `_design/${withoutPrefix(ddoc)}`;
  if (!indexes.some((index) => index.ddoc === id && index.name === name)) throw notFound('missing');
  await database.pouch.deleteIndex({ ddoc: id, name });
  databases.wrote(database);
  sendJson(request, 200, { ok: true });
}

function withoutPrefix(ddoc: string): string {
  return ddoc.replace(/^_design\//, '');
}
