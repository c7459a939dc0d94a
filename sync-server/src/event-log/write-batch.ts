import { CodedError } from '@uketsuke/shared/coded-error';
import type nano from 'nano';
import * as z from 'zod';
import type { Couch } from '../couch/couch.ts';

/** The database answered a batch without confirming or refusing every document of it. */
export class IncompleteWriteError extends CodedError<'incomplete-write'> {
  override readonly name = 'IncompleteWriteError';
  constructor() {
    super('incomplete-write', 'the database did not confirm every document');
  }
}

const resultsSchema = z.array(
  z.object({
    id: z.string(),
    ok: z.boolean().optional(),
    /** Set by a cluster that could not reach enough of its nodes. */
    accepted: z.boolean().optional(),
    error: z.string().optional(),
  }),
);

/** A document to create: its id, and all of it as JSON with that id as `_id`; bytes are UTF-8 and may be in pieces. */
export interface DocumentJson {
  readonly id: string;
  readonly json: string | readonly Buffer[];
}

const [OPENING, COMMA, CLOSING] = [Buffer.from('{"docs":['), Buffer.from(','), Buffer.from(']}')];

/** How long a database may take over one batch, in ms. */
const WRITE_TIMEOUT_MS = 30_000;

interface BatchRequest extends nano.RequestOptions {
  readonly signal: AbortSignal;
}

/**
 * Creates documents, all ids different, in one request. Returns what became of each, in order: `written`, or
 * `conflict` when a document with that id is there already.
 * @throws IncompleteWriteError, or the error of nano
 */
export async function writeBatch(
  couch: Couch,
  database: { readonly config: { readonly db: string } },
  documents: readonly DocumentJson[],
): Promise<('written' | 'conflict')[]> {
  // Bytes, because nano would call a function for every member of every document it stringifies.
  const body = bodyOf(documents);
  const request: BatchRequest = {
    db: database.config.db,
    path: '_bulk_docs',
    method: 'post',
    body,
    signal: AbortSignal.timeout(WRITE_TIMEOUT_MS),
  };
  const results = resultsSchema.safeParse(await couch.server.request(request));
  if (!results.success || results.data.length !== documents.length) throw new IncompleteWriteError();
  return results.data.map((result, position) => {
    if (result.id !== documents[position]?.id) throw new IncompleteWriteError();
    if (result.ok === true && result.accepted !== true) return 'written';
    if (result.error === 'conflict') return 'conflict';
    throw new IncompleteWriteError();
  });
}

function bodyOf(documents: readonly DocumentJson[]): Buffer {
  const pieces = documents.flatMap(({ json }, position) => {
    const own = typeof json === 'string' ? [Buffer.from(json)] : json;
    return position === 0 ? own : [COMMA, ...own];
  });
  return Buffer.concat([OPENING, ...pieces, CLOSING]);
}
