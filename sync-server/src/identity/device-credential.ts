import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type DeviceId, deviceIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import * as z from 'zod';

const ISSUER = 'uketsuke';
const AUDIENCE = 'uketsuke-sync';
const KNOWN_MAX = 2_000;

/**
 * What opens the sync endpoints, and is kept secret. What a hub shows to kiosks (`role: "hub"`) is public and is no
 * bearer credential: it is refused here.
 */
const claimsSchema = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('kiosk'),
    sub: deviceIdSchema,
    shelterId: shelterIdSchema,
    /** Absent in credentials from before there were shelter keys. */
    keyedBy: z.literal('shelter').optional(),
  }),
  z.object({ role: z.literal('relay'), sub: deviceIdSchema, shelterId: shelterIdSchema }),
]);

/** Whose credential it is. */
export interface CredentialClaims {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
  /** `relay` is a hub on its way up. */
  readonly role: 'kiosk' | 'relay';
  /** Whether a hub of the shelter can check the device's events: false for kiosks enrolled by an older server. */
  readonly keyedByShelter: boolean;
}

/** The city's Ed25519 key that signs credentials: 32 bytes each, base64url. */
export interface CredentialKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

interface SignedDevice {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
}

/** A device's bearer credential: JWT (RFC 7519), EdDSA (RFC 8037). It does not expire; it is revoked. */
export function signCredential(
  key: CredentialKey,
  device: SignedDevice & { readonly role: 'kiosk' | 'hub' },
  nowMs: number,
): Promise<string> {
  const role = device.role === 'kiosk' ? { role: 'kiosk', keyedBy: 'shelter' } : { role: 'relay' };
  return sign(key, device, role, nowMs);
}

/**
 * What a hub shows to kiosks: that the city enrolled the holder of this TLS certificate as the shelter's hub (HUB-2).
 * @param certificateSha256 of the certificate's DER, base64url
 */
export function signHubIdentity(
  key: CredentialKey,
  device: SignedDevice,
  certificateSha256: string,
  nowMs: number,
): Promise<string> {
  return sign(key, device, { role: 'hub', certificateSha256 }, nowMs);
}

function sign(key: CredentialKey, device: SignedDevice, claims: JWTPayload, nowMs: number): Promise<string> {
  return new SignJWT({ shelterId: device.shelterId, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setSubject(device.deviceId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(nowMs / 1_000))
    .sign(
      createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey, d: key.privateKey }, format: 'jwk' }),
    );
}

/** Reads credentials that the city signed. What was verified once is known by its text: a signature costs 0.1 ms. */
export class CredentialReader {
  readonly #key: KeyObject;
  readonly #known = new Map<string, CredentialClaims>();

  /** @param publicKey the city's Ed25519 key, 32 bytes, base64url */
  constructor(publicKey: string) {
    this.#key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  }

  /** The claims of an `Authorization: Bearer …` header; `undefined` unless signed by this city. */
  async read(authorizationHeader: string | undefined): Promise<CredentialClaims | undefined> {
    const token = bearerToken(authorizationHeader);
    return token === undefined ? undefined : this.readToken(token);
  }

  /** The claims of a credential; `undefined` unless signed by this city. */
  async readToken(token: string): Promise<CredentialClaims | undefined> {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const claims = await this.#verify(token);
    if (claims === undefined) return undefined;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(token, claims);
    return claims;
  }

  async #verify(token: string): Promise<CredentialClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: AUDIENCE,
      });
      const claims = claimsSchema.safeParse({ role: 'kiosk', ...payload });
      if (!claims.success) return undefined;
      const { sub, shelterId, role } = claims.data;
      const keyedByShelter = claims.data.role === 'relay' || claims.data.keyedBy !== undefined;
      return { deviceId: sub, shelterId, role, keyedByShelter };
    } catch (error) {
      if (error instanceof JOSEError) return undefined;
      throw error;
    }
  }
}

/** The token of an `Authorization: Bearer …` header (RFC 6750). */
export function bearerToken(authorizationHeader: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(authorizationHeader ?? '')?.[1];
}
