import type { Problem } from '@uketsuke/shared/contracts';
import type { ProblemCode } from '@uketsuke/shared/errors';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import * as z from 'zod';
import { isDatabaseUnavailable } from '../couch/couch-errors.ts';
import { RequestRefusedError } from './request-refused.ts';
import type { ServerLog } from './server-log.ts';

const RETRY_DATABASE_SECONDS = 5;

/** What express and its body parsers throw (http-errors). */
const httpErrorSchema = z.object({ status: z.int().min(400).max(499), type: z.string().optional() });

const CODES_OF_STATUS: ReadonlyMap<number, ProblemCode> = new Map([
  [408, 'request-too-slow'],
  [413, 'body-too-large'],
  [415, 'media-type-unsupported'],
]);

/** Any error as a refused request; what is not known becomes `internal` and tells nothing. */
export function refusalOf(error: unknown): RequestRefusedError {
  if (error instanceof RequestRefusedError) return error;
  if (error instanceof z.ZodError) return malformed(error);
  if (isDatabaseUnavailable(error)) {
    return new RequestRefusedError(503, 'database-unavailable', 'the database does not answer', {
      cause: error,
      retryAfterSeconds: RETRY_DATABASE_SECONDS,
    });
  }
  const http = httpErrorSchema.safeParse(error);
  if (http.success) {
    const { status, type } = http.data;
    const code = type === 'request.aborted' ? 'client-left' : CODES_OF_STATUS.get(status);
    return new RequestRefusedError(status, code ?? 'malformed-request', 'the request cannot be read');
  }
  return new RequestRefusedError(500, 'internal', 'unexpected error', { cause: error });
}

/** The refusal of input that does not meet its schema; names the first field and rule, never a value. */
export function malformed(error: z.ZodError): RequestRefusedError {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') || 'body';
  return new RequestRefusedError(400, 'malformed-request', `${field}: ${issue?.code ?? 'invalid'}`);
}

/** Unknown address. */
export const refuseUnknownRoutes: RequestHandler = () => {
  throw new RequestRefusedError(404, 'not-found', 'there is nothing at this address');
};

/** Turns every error into a problem answer (RFC 9457). */
export function answerProblems(log: ServerLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) log.error({ requestId: request.id, ...describeError(error) }, 'request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    if (refusal.code === 'body-too-large') {
      // The rest of the body is not wanted: it is thrown away unread while the answer is on its way.
      response.set('Connection', 'close');
      request.resume();
    }
    sendProblem(response, refusal);
  };
}

/** Name, code and place of an error; not its message, which may quote what somebody sent (SEC-5). */
export function describeError(error: unknown): { error: string; errorCode?: string | number; at?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = z.object({ code: z.union([z.string(), z.number()]) }).safeParse(error).data?.code;
  const at = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' ');
  return { error: error.name, ...(code === undefined ? {} : { errorCode: code }), ...(at === undefined ? {} : { at }) };
}

function sendProblem(response: Response, refusal: RequestRefusedError): void {
  if (refusal.retryAfterSeconds !== undefined) response.set('Retry-After', String(refusal.retryAfterSeconds));
  const problem: Problem = {
    type: `urn:uketsuke:problem:${refusal.code}`,
    title: titleOf(refusal.code),
    status: refusal.status,
    code: refusal.code,
    ...(refusal.status >= 500 ? {} : { detail: refusal.message }),
  };
  response.status(refusal.status).set('Cache-Control', 'no-store').type('application/problem+json');
  response.send(JSON.stringify(problem));
}

function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
