import type { RandomBytes } from '../identifiers/identifiers.ts';
import { UnsealError } from './hpke.ts';

/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce: what the kiosk keeps on its own disk. */
const NONCE_BYTES = 12;

/** A data key ready for use. */
export type DataKey = CryptoKey;

/** Imports a raw 32-byte key; not extractable afterwards. */
export async function importDataKey(raw: Uint8Array<ArrayBuffer>): Promise<DataKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Seals bytes under the data key, bound to `context` (an event id, say): nonce ‖ ciphertext and tag. */
export async function sealAtRest(
  key: DataKey,
  context: string,
  plaintext: Uint8Array<ArrayBuffer>,
  random: RandomBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = new Uint8Array(random(NONCE_BYTES));
  const additionalData = new TextEncoder().encode(context);
  const ciphertext = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plaintext),
  );
  const sealed = new Uint8Array(NONCE_BYTES + ciphertext.length);
  sealed.set(iv, 0);
  sealed.set(ciphertext, NONCE_BYTES);
  return sealed;
}

/**
 * Opens what `sealAtRest` made under the same key and context.
 * @throws UnsealError
 */
export async function unsealAtRest(
  key: DataKey,
  context: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const iv = sealed.slice(0, NONCE_BYTES);
    const additionalData = new TextEncoder().encode(context);
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed.slice(NONCE_BYTES)),
    );
  } catch (cause) {
    throw new UnsealError({ cause });
  }
}
