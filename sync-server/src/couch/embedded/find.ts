import type { FindRequest } from 'pouchdb-core';
import * as z from 'zod';
import { CouchProblem, problemOf } from './couch-problem.ts';
import type { Databases, EmbeddedDatabase } from './databases.ts';
import { type CouchRequest, jsonObjectSchema, readObject, sendJson } from './request.ts';
import { withCouchExistence } from './selectors.ts';

/** CouchDB's default `limit` of _find. */
const DEFAULT_LIMIT = 25;

const sortSchema = z.union([z.string(), z.record(z.string(), z.enum(['asc', 'desc']))]);
/** What this server's own code asks for; a query of another kind is refused, not answered in part. */
const findSchema = z.strictObject({
  selector: jsonObjectSchema,
  fields: z.array(z.string()).optional(),
  sort: z.array(sortSchema).optional(),
  limit: z.int().min(0).default(DEFAULT_LIMIT),
  skip: z.int().min(0).default(0),
  use_index: z
    .union([z.string(), z.tuple([z.string(), z.string()]), z.tuple([z.string()]).transform(([only]) => only)])
    .optional(),
});

/** POST _find */
export async function find(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const asked = await readObject(request, findSchema);
  const { docs, warning } = await runFind(database, { ...asked, selector: withCouchExistence(asked.selector) });
  sendJson(request, 200, { docs, ...(warning === undefined ? {} : { warning }) });
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

const indexFieldSchema = z.union([z.string(), z.record(z.string(), z.enum(['asc', 'desc']))]);
const createIndexSchema = z.strictObject({
  index: z.strictObject({ fields: z.array(indexFieldSchema).min(1) }),
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
    },
  });
  databases.wrote(database);
  sendJson(request, 200, created);
}

function withoutPrefix(ddoc: string): string {
  return ddoc.replace(/^_design\//, '');
}
