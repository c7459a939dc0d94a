import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { base64urlOf, base64urlSchema, fromBase64url, toBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';

/** scrypt (RFC 7914) with 128 MB and about 0.4 s a guess, then AES-256-GCM. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const sealedVaultSchema = z.object({
  v: z.literal(1),
  kdf: z.literal('scrypt-17-8-1'),
  salt: base64urlOf(SALT_BYTES),
  nonce: base64urlOf(NONCE_BYTES),
  sealed: base64urlSchema.min(1),
});
export type SealedVault = z.infer<typeof sealedVaultSchema>;

/** A key made from a PIN, and the salt it was made with. */
export interface VaultKey {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

/** The vault's key from a PIN; a new random salt unless one is given. */
export function deriveVaultKey(pin: string, salt: Uint8Array = randomBytes(SALT_BYTES)): Promise<VaultKey> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFKC'), salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error === null) resolve({ salt, key });
      else reject(error);
    });
  });
}

export function sealVault(contents: string, { salt, key }: VaultKey): SealedVault {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(salt);
  const sealed = Buffer.concat([cipher.update(contents, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    v: 1,
    kdf: 'scrypt-17-8-1',
    salt: toBase64url(salt),
    nonce: toBase64url(nonce),
    sealed: toBase64url(sealed),
  };
}

/** The contents, or null when the key does not fit or the bytes were altered. */
export function openSealedVault(vault: SealedVault, { salt, key }: VaultKey): string | null {
  const bytes = fromBase64url(vault.sealed);
  if (bytes.length < TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, fromBase64url(vault.nonce));
    decipher.setAAD(salt);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
