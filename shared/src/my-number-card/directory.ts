import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { encodeBase32 } from '../identifiers/base32.ts';
import { type RandomBytes, type ResidentId, residentIdSchema } from '../identifiers/identifiers.ts';
import { type Household, householdSchema } from '../person/person.ts';
import { importDataKey, sealAtRest, unsealAtRest } from '../sealing/at-rest.ts';
import { fromBase64url, toBase64url } from '../sealing/base64url.ts';
import { canonicalJson } from '../sealing/canonical-json.ts';
import { UnsealError } from '../sealing/hpke.ts';
import { type DirectoryKey, LINK_ID_BYTES, type LinkId, linkIdSchema } from './directory-key.ts';

/**
 * The card directory: who registered which card. An entry's id and its sealing key both come from a directory key and
 * the hash of the certificate on the card. A kiosk has the keys but not the certificates, a thief of a card has the
 * certificate but not the keys, and the server is never told a certificate: only both together open an entry (MNC-4).
 */
const RESIDENT_ID_BYTES = 7;
/** Entries are padded to a multiple of this many bytes, so that their length does not tell who lives alone. */
const PADDING_BYTES = 512;

const entrySchema = z.strictObject({ household: householdSchema, version: z.literal(1) });

/**
 * The card's id in the directory under this key.
 * @param certificateSha256 SHA-256 of the certificate's DER, base64url
 */
export function linkIdOf(key: DirectoryKey, certificateSha256: string): LinkId {
  return linkIdSchema.parse(toBase64url(keyed(key, 'link:', certificateSha256).slice(0, LINK_ID_BYTES)));
}

/**
 * The resident id of whoever is admitted by this card without having registered it: the same card, the same resident,
 * at every shelter. The first directory key makes it, whichever is the newest, so that a rotation makes nobody two.
 */
export function residentIdOfCard(firstKey: DirectoryKey, certificateSha256: string): ResidentId {
  const bytes = keyed(firstKey, 'resident:', certificateSha256).slice(0, RESIDENT_ID_BYTES);
  return residentIdSchema.parse(encodeBase32(bytes));
}

/** Seals a household for the directory: AES-256-GCM, nonce first, base64url. */
export async function sealLinkedHousehold(
  key: DirectoryKey,
  certificateSha256: string,
  household: Household,
  random: RandomBytes,
): Promise<string> {
  const json = new TextEncoder().encode(canonicalJson({ household, version: 1 }));
  // White space behind a JSON text means nothing.
  const padded = new Uint8Array(Math.ceil(json.length / PADDING_BYTES) * PADDING_BYTES).fill(0x20);
  padded.set(json);
  const context = contextOf(linkIdOf(key, certificateSha256));
  return toBase64url(await sealAtRest(await sealingKey(key, certificateSha256), context, padded, random));
}

/**
 * Opens what `sealLinkedHousehold` made of the same card under the same key.
 * @throws UnsealError for another card or key, altered text, or an entry of a newer version
 */
export async function openLinkedHousehold(
  key: DirectoryKey,
  certificateSha256: string,
  sealed: string,
): Promise<Household> {
  try {
    const context = contextOf(linkIdOf(key, certificateSha256));
    const json = await unsealAtRest(await sealingKey(key, certificateSha256), context, fromBase64url(sealed));
    return entrySchema.parse(JSON.parse(new TextDecoder().decode(json))).household;
  } catch (cause) {
    throw cause instanceof UnsealError ? cause : new UnsealError({ cause });
  }
}

async function sealingKey(key: DirectoryKey, certificateSha256: string) {
  return importDataKey(keyed(key, 'seal:', certificateSha256));
}

function contextOf(linkId: LinkId): string {
  return `card-link:${linkId}`;
}

function keyed({ key }: DirectoryKey, purpose: string, certificateSha256: string): Uint8Array<ArrayBuffer> {
  const mac = hmac.create(sha256, fromBase64url(key));
  mac.update(new TextEncoder().encode(purpose)).update(fromBase64url(certificateSha256));
  return new Uint8Array(mac.digest());
}
