import { z } from 'zod';
import { BUNDLE_REFUSALS } from '../bundle/bundle-errors.ts';

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
  /** From a hub: the kiosk was enrolled by a server that knew no hubs, and must be enrolled anew to use one. */
  'enrolment-outdated',
  'card-unknown',
  'card-revoked',
  'card-too-large',
  'shelter-unknown',
  'conflict',
  'database-unavailable',
  /** From a kiosk's own host: the hub in use does not answer. */
  'peer-unreachable',
  /** From a kiosk's own host: what answers in the hub's place is not the hub in use. */
  'peer-changed',
  /** As much is being worked on as the server takes at a time: come back after Retry-After. */
  'busy',
  ...BUNDLE_REFUSALS,
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
