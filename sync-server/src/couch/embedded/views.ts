import * as z from 'zod';
import { notFound, queryParseError } from './couch-problem.ts';
import type { EmbeddedDatabase } from './databases.ts';
import {
  type CouchRequest,
  jsonObjectSchema,
  parseParameters,
  readObject,
  readParameters,
  sendJson,
} from './request.ts';

const designSchema = z.object({
  views: z.record(z.string(), z.object({ map: z.string(), reduce: z.string().optional() })).default({}),
});

const optionsSchema = z.object({
  key: z.unknown().optional(),
  keys: z.array(z.unknown()).optional(),
  startkey: z.unknown().optional(),
  endkey: z.unknown().optional(),
  inclusive_end: z.boolean().optional(),
  include_docs: z.boolean().optional(),
  descending: z.boolean().optional(),
  limit: z.int().min(0).optional(),
  skip: z.int().min(0).optional(),
  reduce: z.boolean().optional(),
  group: z.boolean().optional(),
  group_level: z.int().min(0).optional(),
});

/** GET or POST _design/{design}/_view/{view} */
export async function queryView(
  request: CouchRequest,
  database: EmbeddedDatabase,
  design: string,
  view: string,
): Promise<void> {
  const body = request.method === 'POST' ? await readObject(request, jsonObjectSchema) : {};
  const { reduce, group, group_level, ...range } = parseParameters(optionsSchema, {
    ...readParameters(request.query),
    ...body,
  });
  const { views } = designSchema.parse(await database.pouch.get(`_design/${design}`));
  const definition = views[view];
  if (definition === undefined) throw notFound('missing_named_view');
  const reducing = definition.reduce !== undefined && reduce !== false;
  if (!reducing && (group === true || group_level !== undefined)) {
    throw queryParseError('Invalid use of grouping on a map view.');
  }
  if (!reducing) {
    const answer = await database.pouch.query(`${design}/${view}`, { ...range, reduce: false });
    sendJson(request, 200, { total_rows: answer.total_rows, offset: answer.offset, rows: answer.rows });
    return;
  }
  const grouping = group_level === undefined ? { group: group ?? false } : { group_level };
  const { include_docs, ...reducedRange } = range;
  const answer = await database.pouch.query(`${design}/${view}`, { ...reducedRange, ...grouping });
  sendJson(request, 200, { rows: answer.rows });
}
