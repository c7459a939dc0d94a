import { z } from 'zod';

/** Codes of refused requests. Clients choose their words by the code; `title` is for developers. */
export const PROBLEM_CODES = [
  'malformed-request',
  'body-too-large',
  'not-found',
  'method-not-allowed',
  'not-signed-in',
  'wrong-credentials',
  'password-change-required',
  'not-allowed',
  'too-many-attempts',
  'device-unknown',
  'device-revoked',
  'enrolment-code-invalid',
  'card-unknown',
  'card-revoked',
  'card-too-large',
  'shelter-unknown',
  'conflict',
  'database-unavailable',
  'internal',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Problem details (RFC 9457), media type application/problem+json. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  /** Names fields and rules, never values. */
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
