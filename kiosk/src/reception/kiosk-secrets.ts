import { enrolmentResponseSchema } from '@uketsuke/shared/contracts';
import { base64urlOf } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/** What the vault holds. */
export const kioskSecretsSchema = z.object({
  enrolment: enrolmentResponseSchema,
  /** AES-256-GCM key of the store and the journal's kiosk half, 32 bytes. */
  dataKey: base64urlOf(32),
});
export type KioskSecrets = z.infer<typeof kioskSecretsSchema>;
