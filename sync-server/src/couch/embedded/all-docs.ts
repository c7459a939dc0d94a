import * as z from 'zod';
import type { EmbeddedDatabase } from './databases.ts';
import {
  type CouchRequest,
  jsonObjectSchema,
  parseParameters,
  readObject,
  readParameters,
  sendJson,
} from './request.ts';

const optionsSchema = z.object({
  keys: z.array(z.string()).optional(),
  key: z.string().optional(),
  startkey: z.string().optional(),
  endkey: z.string().optional(),
  inclusive_end: z.boolean().optional(),
  include_docs: z.boolean().optional(),
  conflicts: z.boolean().optional(),
  descending: z.boolean().optional(),
  limit: z.int().min(0).optional(),
  skip: z.int().min(0).optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** Sorts after every document id. */
const AFTER_ALL = '\uffff';

/** GET or POST _all_docs */
export async function allDocuments(request: CouchRequest, database: EmbeddedDatabase): Promise<void> {
  const body = request.method === 'POST' ? await readObject(request, jsonObjectSchema) : {};
  const { keys, key, startkey, endkey, ...rest } = parseParameters(optionsSchema, {
    ...readParameters(request.query),
    ...body,
  });
  const asked = keysOrRange({ keys, key, startkey, endkey, descending: rest.descending });
  const answer = await database.pouch.allDocs({ ...rest, ...asked });
  const rows = answer.rows.filter((row) => keys !== undefined || !row.value?.deleted);
  sendJson(request, 200, { total_rows: answer.total_rows, offset: keys === undefined ? answer.offset : null, rows });
}

function keysOrRange({ keys, key, startkey, endkey, descending }: Options) {
  if (keys !== undefined) return { keys };
  if (key !== undefined) return { key };
  const [first, last] = descending === true ? [AFTER_ALL, ''] : ['', AFTER_ALL];
  return { startkey: startkey ?? first, endkey: endkey ?? last };
}
