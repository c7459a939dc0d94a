import * as z from 'zod';
import { CodedError } from '../coded-error/coded-error.ts';
import type { SyncFailureKind } from '../errors/error-codes.ts';

/** An exchange with the server did not work. */
export class SyncFailure extends CodedError<SyncFailureKind> {
  override readonly name = 'SyncFailure';
  /** As the server asked, ms. */
  readonly retryAfterMs: number | undefined;
  constructor(code: SyncFailureKind, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(code, `sync: ${code}`, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** What the server itself may ask for. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;
/** What anything between here and the server may ask for: longer waits would break SYN-11. */
const LONGEST_STRANGE_RETRY_AFTER_MS = 8_000;

/** Any problem of ours, also with a code that only a newer server knows. */
const anyProblemSchema = z.object({ code: z.string(), status: z.int() });

const FAILURES_BY_PROBLEM: ReadonlyMap<string, SyncFailureKind> = new Map([
  ['busy', 'busy'],
  ['device-revoked', 'revoked'],
  ['device-unknown', 'unknown-device'],
  ['peer-unreachable', 'unreachable'],
  ['peer-changed', 'strange'],
]);

/** What a refused response comes to. */
export async function failureOfResponse(response: Response, nowMs: number): Promise<SyncFailure> {
  const problem = anyProblemSchema.safeParse(await response.json().catch(() => null));
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), nowMs);
  if (response.status === 413) return new SyncFailure('too-large', { retryAfterMs });
  if (!problem.success) {
    const shortened = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, LONGEST_STRANGE_RETRY_AFTER_MS);
    return new SyncFailure('strange', { retryAfterMs: shortened });
  }
  const code = FAILURES_BY_PROBLEM.get(problem.data.code);
  if (code === 'busy' || response.status === 429) return new SyncFailure('busy', { retryAfterMs });
  if (code !== undefined) return new SyncFailure(code);
  return new SyncFailure('failing', { retryAfterMs });
}

/** `Retry-After` (RFC 9110 §10.2.3), seconds or a date, as ms from now, at most five minutes. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : undefined;
}
