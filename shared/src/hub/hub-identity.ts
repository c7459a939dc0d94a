import { z } from 'zod';
import { shelterFactsSchema } from '../contracts/index.ts';

/** Port a hub listens on unless told otherwise. */
export const HUB_PORT = 8_443;

/** GET /hub/v1/identity, public: who the hub says it is. Only its credential proves it (HUB-2). */
export const hubIdentitySchema = z.object({
  credential: z.string().min(1).max(4_096),
  shelter: shelterFactsSchema,
  /** Origins under which the hub can be reached. */
  addresses: z.array(z.string().max(300)).max(16),
});
export type HubIdentity = z.infer<typeof hubIdentitySchema>;
