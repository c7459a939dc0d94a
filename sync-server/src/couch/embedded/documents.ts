import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { badRequest, CouchProblem, notFound } from './couch-problem.ts';
import type { Databases, EmbeddedDatabase } from './databases.ts';
import { type CouchRequest, parseParameters, readJson, readParameters, sendJson } from './request.ts';

/** CouchDB's default `max_document_size`, in bytes of JSON. */
const MAX_DOCUMENT_BYTES = 8_000_000;

const SPECIAL_MEMBERS = new Set([
  '_id',
  '_rev',
  '_deleted',
  '_revisions',
  '_conflicts',
  '_deleted_conflicts',
  '_revs_info',
  '_local_seq',
]);

const newDocumentSchema = z.looseObject({
  _id: z.string().optional(),
  _rev: z.string().optional(),
  _deleted: z.boolean().optional(),
});
/** A document as a client sends it. */
export type NewDocument = z.infer<typeof newDocumentSchema>;

/**
 * Checks the shape and the special members of a document.
 * @throws CouchProblem 400, 413
 */
export function checkedDocument(value: unknown): NewDocument {
  const parsed = newDocumentSchema.safeParse(value);
  if (!parsed.success) {
    const member = parsed.error.issues[0]?.path[0];
    throw badRequest(member === undefined ? 'Document must be a JSON object' : `Invalid ${String(member)}`);
  }
  for (const member of Object.keys(parsed.data)) {
    if (member.startsWith('_') && !SPECIAL_MEMBERS.has(member)) {
      throw new CouchProblem(400, 'doc_validation', `Bad special document member: ${member}`);
    }
  }
  return parsed.data;
}

/** @throws CouchProblem 400 */
export function checkDocumentId(id: string): void {
  if (id === '') throw new CouchProblem(400, 'illegal_docid', 'Document id must not be empty');
  if (id.startsWith('_') && !/^_design\/./.test(id)) {
    throw new CouchProblem(400, 'illegal_docid', 'Only reserved document ids may start with underscore.');
  }
}

/** @throws CouchProblem 413 */
export function checkDocumentSize(document: NewDocument): void {
  if (Buffer.byteLength(JSON.stringify(document)) > MAX_DOCUMENT_BYTES) {
    throw new CouchProblem(413, 'document_too_large', document._id ?? '');
  }
}

const readOptionsSchema = z.object({
  rev: z.string().optional(),
  revs: z.stringbool().optional(),
  revs_info: z.stringbool().optional(),
  conflicts: z.boolean().optional(),
});

/** GET and HEAD of a document. */
export async function getDocument(request: CouchRequest, database: EmbeddedDatabase, id: string): Promise<void> {
  const options = parseParameters(readOptionsSchema, readParameters(request.query));
  const document = await database.pouch.get(id, options);
  sendJson(request, 200, document, { etag: `"${document._rev}"` });
}

/** PUT of a document. */
export async function putDocument(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  id: string,
): Promise<void> {
  checkDocumentId(id);
  const document = checkedDocument(await readJson(request));
  checkDocumentSize(document);
  if (document._id !== undefined && document._id !== id) throw badRequest('Document ID in body and path differ.');
  const revision = document._rev ?? revisionOf(request);
  await store(request, databases, database, { ...document, _id: id, ...(revision ? { _rev: revision } : {}) });
}

/** POST of a document to its database: the id is made here if it has none. */
export async function postDocument(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
): Promise<void> {
  const document = checkedDocument(await readJson(request));
  checkDocumentSize(document);
  const id = document._id ?? randomUUID().replaceAll('-', '');
  checkDocumentId(id);
  await store(request, databases, database, { ...document, _id: id });
}

/** DELETE of a document. */
export async function deleteDocument(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  id: string,
): Promise<void> {
  await database.pouch.get(id);
  const revision = revisionOf(request);
  if (revision === undefined) throw new CouchProblem(409, 'conflict', 'Document update conflict.');
  const result = await database.pouch.remove({ _id: id, _rev: revision });
  databases.wrote(database);
  sendJson(request, 200, { ok: true, id, rev: result.rev }, { etag: `"${result.rev}"` });
}

async function store(
  request: CouchRequest,
  databases: Databases,
  database: EmbeddedDatabase,
  document: NewDocument & { _id: string },
): Promise<void> {
  const result = await database.pouch.put(document);
  databases.wrote(database);
  sendJson(request, 201, { ok: true, id: result.id, rev: result.rev }, { etag: `"${result.rev}"` });
}

function revisionOf(request: CouchRequest): string | undefined {
  return request.query.get('rev') ?? request.incoming.headers['if-match']?.replaceAll('"', '');
}

/** @throws CouchProblem 404 */
export function noAttachments(): never {
  throw notFound('Document is missing attachment');
}
