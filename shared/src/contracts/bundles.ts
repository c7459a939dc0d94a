import * as z from 'zod';
import { BUNDLE_REFUSALS, type ProblemCode } from '../errors/error-codes.ts';
import { shelterIdSchema } from '../identifiers/identifiers.ts';

/** Media type of a bundle that is sent to be imported. */
export const BUNDLE_MEDIA_TYPE = 'application/octet-stream';

/** What importing a bundle came to: every event is one of the three. */
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

/** What importing a bundle has in common wherever it is sent to; the bundle is taken whole or not at all (SYN-10). */
export const bundleImport = {
  upload: BUNDLE_MEDIA_TYPE,
  answer: { status: 200, body: bundleImportResponseSchema },
  problems: [...BUNDLE_REFUSALS, 'busy', 'client-left'] satisfies readonly ProblemCode[],
} as const;
