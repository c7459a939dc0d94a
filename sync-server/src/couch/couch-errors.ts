import { CodedError } from '@uketsuke/shared/coded-error';
import * as z from 'zod';

/** The database server did not answer within the time allowed at start. */
export class DatabaseUnreachableError extends CodedError<'database-unreachable'> {
  override readonly name = 'DatabaseUnreachableError';
  constructor(waitedMs: number, options?: ErrorOptions) {
    super('database-unreachable', `the database server did not answer within ${waitedMs} ms`, options);
  }
}

/** The database server answers, but refuses the credentials of COUCHDB_URL. */
export class DatabaseCredentialsError extends CodedError<'database-credentials'> {
  override readonly name = 'DatabaseCredentialsError';
  constructor() {
    super('database-credentials', 'the database server refuses the user name or password of COUCHDB_URL');
  }
}

const answeredErrorSchema = z.object({ statusCode: z.number(), error: z.string().optional() });

/** HTTP status of an error that nano threw because the database server answered so; undefined for any other error. */
export function couchStatus(error: unknown): number | undefined {
  const parsed = answeredErrorSchema.safeParse(error);
  return parsed.success ? parsed.data.statusCode : undefined;
}

/** The document is there already, or was changed meanwhile (409). */
export function isConflict(error: unknown): boolean {
  return couchStatus(error) === 409;
}

/**
 * Another request saved the design document of a Mango index at the same moment: CouchDB answers 400, not 409
 * (mango_error.erl, `error_saving_ddoc`).
 */
export function isDesignConflict(error: unknown): boolean {
  const parsed = answeredErrorSchema.safeParse(error);
  return parsed.success && parsed.data.error === 'error_saving_ddoc';
}

/** No such document or database (404). */
export function isNotFound(error: unknown): boolean {
  return couchStatus(error) === 404;
}

/** The database exists already (412). */
export function isFileExists(error: unknown): boolean {
  return couchStatus(error) === 412;
}

/**
 * The database server cannot be used at the moment: no connection, no answer in time, its own error (5xx), or
 * credentials that changed meanwhile. The request may succeed later without being changed.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const status = couchStatus(error);
  if (status !== undefined) return status >= 500 || status === 401 || status === 403;
  if (!(error instanceof Error)) return false;
  return (
    error.message.startsWith('error happened in your connection') ||
    error.name === 'TimeoutError' ||
    error.name === 'AbortError'
  );
}
