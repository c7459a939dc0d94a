import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { badRequest, problemOf } from './couch-problem.ts';
import type { Databases, EmbeddedDatabase } from './databases.ts';
import { checkDocumentId, checkDocumentSize, checkedDocument } from './documents.ts';
import { type CouchRequest, readJson, sendJson } from './request.ts';

const bulkSchema = z.looseObject({ docs: z.array(z.unknown()), new_edits: z.boolean().optional() });

const writtenSchema = z.object({ ok: z.literal(true), id: z.string(), rev: z.string() });

/** Below this body size no single document can be too large, and none needs measuring. */
const MEASURE_FROM_BYTES = 8_000_000;

/** POST _bulk_docs: every document has its own result; one batch is one flush to the disk. */
export async function bulkDocuments(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
): Promise<void> {
  const body = bulkSchema.safeParse(await readJson(request));
  if (!body.success) throw badRequest('POST body must include `docs` parameter.');
  const documents = body.data.docs.map((each) => {
    const document = checkedDocument(each);
    const _id = document._id ?? randomUUID().replaceAll('-', '');
    checkDocumentId(_id);
    return { ...document, _id };
  });
  const declared = Number(request.incoming.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (declared >= MEASURE_FROM_BYTES) documents.forEach(checkDocumentSize);
  const results = await database.pouch.bulkDocs(documents, { new_edits: body.data.new_edits ?? true });
  databases.wrote(database);
  if (body.data.new_edits === false) return sendJson(request, 201, []);
  const answers = results.map((result, position) => {
    const written = writtenSchema.safeParse(result);
    if (written.success) return written.data;
    const { error, reason } = problemOf(result);
    return { id: documents[position]?._id, error, reason };
  });
  sendJson(request, 201, answers);
}
