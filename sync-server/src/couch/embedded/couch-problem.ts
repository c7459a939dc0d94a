import * as z from 'zod';

/** A refused request, answered as CouchDB does: a status and `{ error, reason }`. */
export class CouchProblem extends Error {
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  constructor(status: number, error: string, reason: string) {
    super(`${status} ${error}: ${reason}`);
    this.name = 'CouchProblem';
    this.status = status;
    this.error = error;
    this.reason = reason;
  }
}

export const badRequest = (reason: string) => new CouchProblem(400, 'bad_request', reason);
export const queryParseError = (reason: string) => new CouchProblem(400, 'query_parse_error', reason);
export const notFound = (reason: string) => new CouchProblem(404, 'not_found', reason);
export const methodNotAllowed = (allowed: string) =>
  new CouchProblem(405, 'method_not_allowed', `Only ${allowed} allowed`);
export const tooLarge = (reason: string) => new CouchProblem(413, 'too_large', reason);

const pouchErrorSchema = z.object({
  status: z.int().min(400).max(599),
  name: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** The answer to anything a handler threw: PouchDB's errors carry CouchDB's status and name. */
export function problemOf(error: unknown): CouchProblem {
  if (error instanceof CouchProblem) return error;
  const pouch = pouchErrorSchema.safeParse(error);
  if (!pouch.success) return new CouchProblem(500, 'internal_server_error', 'the request could not be carried out');
  const { status, name, reason, message } = pouch.data;
  if (status === 409) return new CouchProblem(409, 'conflict', 'Document update conflict.');
  if (status === 404) return notFound(reason ?? message ?? 'missing');
  return new CouchProblem(status, name, reason ?? message ?? name);
}
