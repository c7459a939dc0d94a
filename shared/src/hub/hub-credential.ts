import { ed25519 } from '@noble/curves/ed25519.js';
import * as z from 'zod';
import { CodedError } from '../coded-error/coded-error.ts';
import type { HubCredentialRefusal } from '../errors/error-codes.ts';
import { type DeviceId, deviceIdSchema, type ShelterId, shelterIdSchema } from '../identifiers/index.ts';
import { parseJson, readJson } from '../json/parse-json.ts';
import { base64urlOf, base64urlSchema, fromBase64url } from '../sealing/index.ts';

/** The hub's credential does not prove what it must. */
export class HubCredentialError extends CodedError<HubCredentialRefusal> {
  override readonly name = 'HubCredentialError';
  constructor(code: HubCredentialRefusal, options?: ErrorOptions) {
    super(code, `hub credential: ${code}`, options);
  }
}

const headerSchema = z.object({
  alg: z.literal('EdDSA'),
  typ: z.literal('JWT').optional(),
  crit: z.never().optional(),
});

/** What every credential of the city says. */
const cityClaimsSchema = z.object({
  iss: z.literal('uketsuke'),
  aud: z.literal('uketsuke-sync'),
  sub: deviceIdSchema,
  shelterId: shelterIdSchema,
});

/** Claims of a hub's credential. */
export const hubClaimsSchema = cityClaimsSchema.extend({
  role: z.literal('hub'),
  /** SHA-256 of the DER of the hub's TLS certificate, base64url. */
  certificateSha256: base64urlOf(32),
});

export interface HubExpectations {
  /** The city's Ed25519 key, 32 bytes, base64url. */
  readonly credentialPublicKey: string;
  readonly shelterId: ShelterId;
  /** Of the certificate that the connection to the hub was made with, base64url. */
  readonly certificateSha256: string;
}

/**
 * Checks a hub's credential.
 * @returns the hub's device id
 * @throws HubCredentialError
 */
export function verifyHubCredential(token: string, expected: HubExpectations): { readonly deviceId: DeviceId } {
  const payload = signedPayload(token, expected.credentialPublicKey);
  if (!cityClaimsSchema.safeParse(payload).success) throw new HubCredentialError('malformed');
  const claims = hubClaimsSchema.safeParse(payload);
  if (!claims.success) throw new HubCredentialError('not-a-hub');
  if (claims.data.shelterId !== expected.shelterId) throw new HubCredentialError('other-shelter');
  if (claims.data.certificateSha256 !== expected.certificateSha256) throw new HubCredentialError('other-certificate');
  return { deviceId: claims.data.sub };
}

/** The JSON of a compact JWS whose signature holds. */
function signedPayload(token: string, publicKey: string): unknown {
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new HubCredentialError('malformed');
  }
  if (readJson(textOf(header), headerSchema) === undefined) throw new HubCredentialError('malformed');
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  if (!verifies(bytesOf(signature), signed, fromBase64url(publicKey))) throw new HubCredentialError('bad-signature');
  return parseJson(textOf(payload));
}

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (!base64urlSchema.safeParse(text).success) throw new HubCredentialError('malformed');
  try {
    return fromBase64url(text);
  } catch (cause) {
    throw new HubCredentialError('malformed', { cause });
  }
}

function textOf(part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part));
  } catch (cause) {
    throw new HubCredentialError('malformed', { cause });
  }
}
