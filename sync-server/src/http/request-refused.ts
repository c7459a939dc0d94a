import type { ProblemCode } from '@uketsuke/shared/errors';

/** A request is refused. Becomes a problem answer (RFC 9457); the message names fields and rules, never values. */
export class RequestRefusedError extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly retryAfterSeconds?: number;

  constructor(
    status: number,
    code: ProblemCode,
    message: string = code,
    options: ErrorOptions & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, options);
    this.name = 'RequestRefusedError';
    this.status = status;
    this.code = code;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
