import { CodedError } from '@uketsuke/shared/coded-error';
import type nano from 'nano';
import * as z from 'zod';
import { isConflict, isNotFound } from './couch-errors.ts';

/** A database of plain documents; what is read from it is parsed. */
export type Documents = nano.DocumentScope<Record<string, unknown>>;

/** A document as stored, with the revision that a change of it must name. */
export interface Stored<Value> {
  readonly revision: string;
  readonly value: Value;
}

/** Version of the documents this program writes. A change of shape raises it and reads the older ones. */
export const DOCUMENT_VERSION = 1;

/** A newer program wrote the document: this one must not guess what it means. */
export class DocumentTooNewError extends CodedError<'document-too-new'> {
  override readonly name = 'DocumentTooNewError';
  constructor() {
    super('document-too-new', 'a document was written by a newer version of this program');
  }
}

const revisionSchema = z.looseObject({ _rev: z.string() });
const versionSchema = z.looseObject({ schema: z.int().min(1).default(1) });
const rowsSchema = z.object({ rows: z.array(z.object({ id: z.string(), doc: z.unknown() })) });
const foundSchema = z.object({ docs: z.array(z.looseObject({ _id: z.string(), _rev: z.string() })) });

/**
 * Reads and parses one document; `undefined` when there is none.
 * @throws DocumentTooNewError, ZodError, the error of nano
 */
export async function readDocument<Schema extends z.ZodType>(
  database: Documents,
  id: string,
  schema: Schema,
): Promise<Stored<z.output<Schema>> | undefined> {
  try {
    const document: unknown = await database.get(id);
    return { revision: revisionSchema.parse(document)._rev, value: parseVersioned(schema, document) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Creates a document; false when the id is taken, whoever took it. */
export async function createDocument(database: Documents, id: string, value: object): Promise<boolean> {
  return put(database, { ...value, _id: id });
}

/** Replaces a document; false when it was changed since `revision` was read. */
export async function replaceDocument(
  database: Documents,
  id: string,
  revision: string,
  value: object,
): Promise<boolean> {
  return put(database, { ...value, _id: id, _rev: revision });
}

/** All documents whose id begins with `prefix`, in the order of their ids. */
export async function listDocuments<Schema extends z.ZodType>(
  database: Documents,
  prefix: string,
  schema: Schema,
): Promise<{ id: string; value: z.output<Schema> }[]> {
  const answer = rowsSchema.parse(
    await database.list({ include_docs: true, startkey: prefix, endkey: `${prefix}\ufff0` }),
  );
  return answer.rows.map((row) => ({ id: row.id, value: parseVersioned(schema, row.doc) }));
}

/**
 * Deletes up to `limit` documents whose `field`, an ISO 8601 time in UTC, is before `before`; there must be the Mango
 * index `index` on it. Documents without the field are left alone, whatever the database makes of `$lt` for them.
 */
export async function deleteExpired(
  database: Documents,
  { field, index, before, limit }: { field: string; index: string; before: string; limit: number },
): Promise<void> {
  const answer = foundSchema.parse(
    await database.find({
      selector: { [field]: { $gte: '', $lt: before } },
      fields: ['_id', '_rev', field],
      use_index: `index-${index}`,
      limit,
    }),
  );
  const expired = answer.docs.filter((document) => {
    const time = document[field];
    return typeof time === 'string' && time < before;
  });
  if (expired.length === 0) return;
  await database.bulk({ docs: expired.map(({ _id, _rev }) => ({ _id, _rev, _deleted: true })) });
}

function parseVersioned<Schema extends z.ZodType>(schema: Schema, document: unknown): z.output<Schema> {
  if (versionSchema.parse(document).schema > DOCUMENT_VERSION) throw new DocumentTooNewError();
  return schema.parse(document);
}

async function put(database: Documents, document: Record<string, unknown>): Promise<boolean> {
  try {
    await database.insert({ ...document, schema: DOCUMENT_VERSION });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}
