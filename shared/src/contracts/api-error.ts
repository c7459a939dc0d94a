import * as z from 'zod';
import { CodedError } from '../coded-error/index.ts';
import { type ClientFailure, PROBLEM_CODES, type ProblemCode } from '../errors/error-codes.ts';

/** Why a request gave nothing: the server's own code, or what the client found out itself. */
export type ApiErrorCode = ProblemCode | ClientFailure;

interface ApiErrorOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
  readonly status?: number | undefined;
}

/** A request to one of our servers failed. Holds no values of the request. */
export class ApiError extends CodedError<ApiErrorCode> {
  override readonly name = 'ApiError';
  /** Seconds to wait before trying again, when the server said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined;

  /** HTTP status of the answer; undefined where there was none, or one that was no refusal. */
  readonly status: number | undefined;

  constructor(code: ApiErrorCode, options: ApiErrorOptions = {}) {
    super(code, code, options);
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Any thrown thing as an ApiError; what is not one counts as `unexpected-answer`. */
export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('unexpected-answer', { cause: thrown });
}

const readableProblemSchema = z.object({ code: z.enum(PROBLEM_CODES) });
/** What a proxy answers while the server behind it is away. */
const OF_A_GATEWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** The error that a refused response tells of: by its problem, or, where it is none of ours, by its status. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const problem = readableProblemSchema.safeParse(await response.json().catch(() => undefined));
  const { status } = response;
  if (!problem.success) return new ApiError(OF_A_GATEWAY.has(status) ? 'unreachable' : 'unexpected-answer', { status });
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(problem.data.code, { status, retryAfterSeconds: seconds > 0 ? seconds : undefined });
}
