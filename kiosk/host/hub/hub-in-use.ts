import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { base64urlOf } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/** A hub in use: where it is, and the one certificate that it is known by. */
export const hubInUseSchema = z.object({
  /** `https://host:port` */
  origin: z.url({ protocol: /^https$/ }).max(300),
  /** SHA-256 of the DER of its certificate, base64url. */
  certificateSha256: base64urlOf(32),
  /** By which the page finds out whether headquarters has withdrawn it. */
  deviceId: deviceIdSchema.optional(),
  /** The city's word for it, which the page checks at every start: whoever can write the file cannot write that (HUB-2). */
  credential: z.string().max(4_096).optional(),
});
export type HubInUse = z.infer<typeof hubInUseSchema>;

/** What answers at an address as a hub. Nothing of it is proved but that it holds the certificate's key. */
export const foundHubSchema = hubInUseSchema.extend({
  credential: z.string(),
  /** As the hub says. */
  shelterName: z.string(),
});
export type FoundHub = z.infer<typeof foundHubSchema>;
