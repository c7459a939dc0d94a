import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type DeviceId, deviceIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import { z } from 'zod';
import type { Keyring } from './keyring.ts';

const ISSUER = 'uketsuke';
const AUDIENCE = 'uketsuke-sync';
const claimsSchema = z.object({ sub: deviceIdSchema, shelterId: shelterIdSchema });

/** Whose credential it is. */
export interface CredentialClaims {
  readonly deviceId: DeviceId;
  readonly shelterId: ShelterId;
}

/** A device credential: JWT (RFC 7519), EdDSA (RFC 8037). It does not expire; it is revoked. */
export async function signCredential(
  keyring: Keyring,
  deviceId: DeviceId,
  shelterId: ShelterId,
  nowMs: number,
): Promise<string> {
  return new SignJWT({ shelterId })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setSubject(deviceId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(nowMs / 1_000))
    .sign(keysOf(keyring).privateKey);
}

/** The claims of an `Authorization: Bearer …` header; `undefined` unless signed by this city. */
export async function readCredential(
  keyring: Keyring,
  authorizationHeader: string | undefined,
): Promise<CredentialClaims | undefined> {
  const token = bearerToken(authorizationHeader);
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, keysOf(keyring).publicKey, {
      algorithms: ['EdDSA'],
      issuer: ISSUER,
      audience: AUDIENCE,
    });
    const claims = claimsSchema.safeParse(payload);
    return claims.success ? { deviceId: claims.data.sub, shelterId: claims.data.shelterId } : undefined;
  } catch (error) {
    if (error instanceof JOSEError) return undefined;
    throw error;
  }
}

/** The token of an `Authorization: Bearer …` header (RFC 6750). */
export function bearerToken(authorizationHeader: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(authorizationHeader ?? '')?.[1];
}

const importedKeys = new WeakMap<Keyring['credentialKey'], { publicKey: KeyObject; privateKey: KeyObject }>();

function keysOf(keyring: Keyring): { publicKey: KeyObject; privateKey: KeyObject } {
  const known = importedKeys.get(keyring.credentialKey);
  if (known !== undefined) return known;
  const { publicKey: x, privateKey: d } = keyring.credentialKey;
  const keys = {
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    privateKey: createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' }),
  };
  importedKeys.set(keyring.credentialKey, keys);
  return keys;
}
