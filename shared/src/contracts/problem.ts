import * as z from 'zod';
import { PROBLEM_CODES } from '../errors/error-codes.ts';

/** Problem details (RFC 9457), media type application/problem+json. Clients choose their words by the code. */
export const problemSchema = z.object({
  type: z.string(),
  /** For developers. */
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  /** Names fields and rules, never values. */
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
