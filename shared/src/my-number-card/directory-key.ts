import * as z from 'zod';
import { base64urlOf } from '../sealing/base64url.ts';

/** A key of the card directory, as the city hands it to its kiosks. Rotated by headquarters; older ones stay readable. */
export const directoryKeySchema = z.strictObject({
  /** HMAC-SHA256 key, 32 bytes, base64url. */
  key: base64urlOf(32),
  keyId: z.int().min(1).max(65_535),
});
export type DirectoryKey = z.infer<typeof directoryKeySchema>;

/** Bytes of a link id: enough that no two cards meet, too few to find the certificate by. */
export const LINK_ID_BYTES = 16;

/** Names a card in the directory: a keyed hash of its certificate, which says nothing without the key (MNC-2). */
export const linkIdSchema = base64urlOf(LINK_ID_BYTES).brand<'LinkId'>();
export type LinkId = z.infer<typeof linkIdSchema>;

/** Longest sealed entry, in characters: a household of twelve with long addresses stays far below. */
export const SEALED_LINK_MAX_CHARACTERS = 24_000;
