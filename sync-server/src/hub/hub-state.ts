import { relayStateSchema } from '@uketsuke/shared/contracts';
import { z } from 'zod';

/** Why a hub has no way to the city; null while it has, or before the first try. */
export const cityFailureSchema = z
  .enum(['unreachable', 'timed-out', 'failing', 'busy', 'strange', 'revoked', 'unknown-device', 'too-large'])
  .nullable();

/** GET /hub/v1/state, public: how the hub stands; nothing about people. */
export const hubStateSchema = z.object({
  shelterName: z.string(),
  version: z.string(),
  /** Kiosks with a live connection. */
  kiosks: z.int().min(0),
  /** Events in the hub's log. */
  events: z.int().min(0),
  relay: relayStateSchema,
  failure: cityFailureSchema,
});
export type HubState = z.infer<typeof hubStateSchema>;
