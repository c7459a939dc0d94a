import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import type { DeviceId, ShelterId } from '@uketsuke/shared/identifiers';
import { fromBase64url, type SealingKeyPair } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/** Before the 32 bytes of an X25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicJwkSchema = z.object({ x: z.string() });

/**
 * The key of one shelter, 32 bytes. Who holds it can check every event of the shelter, also of devices enrolled
 * later, and nothing of another shelter: that is all a hub gets.
 * @param deviceRoot the city's root, 32 bytes
 */
export function shelterKeyOf(deviceRoot: Uint8Array, shelterId: ShelterId): Uint8Array<ArrayBuffer> {
  return mac(deviceRoot, `shelter-key:${shelterId}`);
}

/** The HMAC key of a device's events (RCP-6), 32 bytes, under its shelter's key. */
export function eventKeyOf(shelterKey: Uint8Array, deviceId: DeviceId): Uint8Array<ArrayBuffer> {
  return mac(shelterKey, `event-key:${deviceId}`);
}

/** As `eventKeyOf`, for devices that were enrolled before there were shelter keys: straight from the city's root. */
export function rootEventKeyOf(deviceRoot: Uint8Array, deviceId: DeviceId): Uint8Array<ArrayBuffer> {
  return mac(deviceRoot, `event-key:${deviceId}`);
}

/** The X25519 key pair to which a shelter's bundles are sealed, from its shelter key. */
export function bundleKeyPairOf(shelterKey: Uint8Array): SealingKeyPair {
  const privateKey = mac(shelterKey, 'bundle-key');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_X25519, privateKey]), format: 'der', type: 'pkcs8' });
  const { x } = publicJwkSchema.parse(createPublicKey(key).export({ format: 'jwk' }));
  return { publicKey: fromBase64url(x), privateKey };
}

/** Gives the keys of shelters. The city has those of all, a hub of its own only. */
export interface ShelterKeys {
  /** 32 bytes; undefined for a shelter whose key is not held here. */
  shelterKey(shelterId: ShelterId): Uint8Array<ArrayBuffer> | undefined;
  /** X25519, raw; undefined as above. */
  bundleKeyPair(shelterId: ShelterId): SealingKeyPair | undefined;
}

function mac(key: Uint8Array, message: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(message).digest());
}
