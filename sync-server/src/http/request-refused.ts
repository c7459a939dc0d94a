import { CodedError } from '@uketsuke/shared/coded-error';
import type { ProblemCode } from '@uketsuke/shared/errors';

/** A request is refused. Becomes a problem answer (RFC 9457); the message names fields and rules, never values. */
export class RequestRefusedError extends CodedError<ProblemCode> {
  override readonly name = 'RequestRefusedError';
  readonly status: number;
  readonly retryAfterSeconds?: number;

  constructor(
    status: number,
    code: ProblemCode,
    message: string = code,
    options: ErrorOptions & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(code, message, options);
    this.status = status;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
