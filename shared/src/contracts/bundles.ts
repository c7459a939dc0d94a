import { z } from 'zod';
import { shelterIdSchema } from '../identifiers/identifiers.ts';

/** What importing a bundle came to (POST /hq/v1/bundles, /hub/v1/bundles, /operator/v1/bundles): every event is one of the three. */
export const bundleImportResponseSchema = z.object({
  shelterId: shelterIdSchema,
  /** How many the bundle holds. */
  events: z.int().min(0),
  stored: z.int().min(0),
  /** Already there: the bundle was imported before, or its events came by the network. */
  alreadyHad: z.int().min(0),
  /** Kept aside, with the reason. */
  quarantined: z.int().min(0),
});
export type BundleImportResponse = z.infer<typeof bundleImportResponseSchema>;
