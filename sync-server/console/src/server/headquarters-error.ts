import { CodedError } from '@uketsuke/shared/coded-error';
import type { ProblemCode } from '@uketsuke/shared/errors';

/**
 * Why a request gave nothing: the server's own code, or `unreachable` (no answer within the time limit),
 * `unexpected-answer` (an answer that breaks the contract, for example from a proxy in between), or
 * `file-unreadable` (a chosen file cannot be read from its disk).
 */
export type HeadquartersErrorCode = ProblemCode | 'unreachable' | 'unexpected-answer' | 'file-unreadable';

/** A request to the headquarters API failed. Holds no values of the request. */
export class HeadquartersError extends CodedError<HeadquartersErrorCode> {
  override readonly name = 'HeadquartersError';
  /** Seconds to wait before trying again, when the server said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: HeadquartersErrorCode, retryAfterSeconds?: number) {
    super(code);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Any thrown thing as a HeadquartersError; what is not one counts as `unexpected-answer`. */
export function asHeadquartersError(thrown: unknown): HeadquartersError {
  return thrown instanceof HeadquartersError ? thrown : new HeadquartersError('unexpected-answer');
}

/** Whether trying the same again later can help by itself. */
export function isPassing(error: HeadquartersError): boolean {
  return error.code === 'unreachable' || error.code === 'database-unavailable' || error.code === 'internal';
}
