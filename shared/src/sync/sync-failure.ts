import { type ProblemCode, problemSchema } from '../protocol/index.ts';

export type SyncFailureKind = 'unreachable' | 'failing' | 'revoked' | 'too-large' | 'outdated-epoch';

/** An exchange with the server did not work. */
export class SyncFailure extends Error {
  readonly code: SyncFailureKind;
  /** As the server asked, ms. */
  readonly retryAfterMs: number | undefined;
  constructor(code: SyncFailureKind, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(`sync: ${code}`, options);
    this.name = 'SyncFailure';
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

const REVOKED: readonly ProblemCode[] = ['device-revoked', 'device-unknown'];
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** What a refused response comes to. */
export async function failureOfResponse(response: Response, nowMs: number): Promise<SyncFailure> {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (problem.success && REVOKED.includes(problem.data.code)) return new SyncFailure('revoked');
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), nowMs);
  return new SyncFailure(response.status === 413 ? 'too-large' : 'failing', { retryAfterMs });
}

/** `Retry-After` (RFC 9110 §10.2.3), seconds or a date, as ms from now, at most five minutes. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : undefined;
}
