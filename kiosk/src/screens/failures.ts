import { HUB_REFUSALS, KIOSK_HOST_ERROR_CODES, PIN_REFUSALS, PROBLEM_CODES } from '@uketsuke/shared/errors';
import * as z from 'zod';

/** What went wrong, as the screens tell it apart. */
export interface Failure {
  readonly code: string;
  /** Seconds to wait before the next attempt. */
  readonly waitSeconds: number | undefined;
}

const failureSchema = z.object({
  code: z.enum([...KIOSK_HOST_ERROR_CODES, ...PROBLEM_CODES, ...HUB_REFUSALS, ...PIN_REFUSALS]).optional(),
  retryAfterSeconds: z.number().nonnegative().optional(),
  cause: z.unknown().optional(),
});

/**
 * The failure behind a rejected promise. Errors that crossed a bridge have lost their class, so the fields are read; the
 * innermost code says most: a refused enrolment carries the server's problem as its cause.
 */
export function failureOf(error: unknown): Failure {
  let found: Failure = { code: 'other', waitSeconds: undefined };
  let current: unknown = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const parsed = failureSchema.safeParse(current);
    if (!parsed.success) break;
    found = {
      code: parsed.data.code ?? found.code,
      waitSeconds: parsed.data.retryAfterSeconds ?? found.waitSeconds,
    };
    current = parsed.data.cause;
  }
  return found;
}
