import { CodedError } from '@uketsuke/shared/coded-error';
import type { ProblemCode } from '@uketsuke/shared/errors';

/**
 * Why the server gave nothing: its own code, `offline` (this device has no network), `unreachable` (no answer in
 * time), or `unexpected-answer` (an answer that breaks the contract).
 */
export type CardServiceErrorCode = ProblemCode | 'offline' | 'unreachable' | 'unexpected-answer';

/** A request to the city's server failed. Holds nothing of the request. */
export class CardServiceError extends CodedError<CardServiceErrorCode> {
  override readonly name = 'CardServiceError';
  /** Seconds to wait before trying again, when the server said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: CardServiceErrorCode, retryAfterSeconds?: number) {
    super(code);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Any thrown thing as a CardServiceError; what is not one counts as `unexpected-answer`. */
export function asCardServiceError(thrown: unknown): CardServiceError {
  return thrown instanceof CardServiceError ? thrown : new CardServiceError('unexpected-answer');
}
