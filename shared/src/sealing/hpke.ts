import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { CodedError } from '../coded-error/coded-error.ts';

/**
 * HPKE base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; one message per
 * encapsulation. All of it runs on WebCrypto.
 */
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

/** Bytes that HPKE adds to a message: the encapsulated key and the AEAD tag. */
export const HPKE_ENCAPSULATED_BYTES = 32;
export const HPKE_TAG_BYTES = 16;

/** What was sealed cannot be opened: another key, another purpose, or altered bytes. */
export class UnsealError extends CodedError<'unseal'> {
  override readonly name = 'UnsealError';
  constructor(options?: ErrorOptions) {
    super('unseal', 'cannot be opened with this key', options);
  }
}

/** Raw X25519 key pair, 32 bytes each. */
export interface SealingKeyPair {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly privateKey: Uint8Array<ArrayBuffer>;
}

/** A public or private key ready for use. Importing costs more than using; import once. */
export type SealingKey = CryptoKey;

/** A new X25519 key pair from the platform's generator. */
export async function newSealingKeyPair(): Promise<SealingKeyPair> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey)),
  };
}

/** Imports a raw 32-byte X25519 public key. */
export async function importSealingPublicKey(raw: Uint8Array<ArrayBuffer>): Promise<SealingKey> {
  return suite.kem.deserializePublicKey(raw.slice().buffer);
}

/** Imports a raw 32-byte X25519 private key. */
export async function importSealingPrivateKey(raw: Uint8Array<ArrayBuffer>): Promise<SealingKey> {
  return suite.kem.deserializePrivateKey(raw.slice().buffer);
}

/**
 * Seals `plaintext` to the key's owner: encapsulated key (32 bytes) ‖ ciphertext and tag.
 * @param ephemeral 32 secret bytes from which the ephemeral key comes, so that sealing again gives the same bytes; never
 *   the same for two plaintexts. Left out, it is random.
 */
export async function seal(
  recipient: SealingKey,
  purpose: string,
  plaintext: Uint8Array<ArrayBuffer>,
  associated: Uint8Array<ArrayBuffer> = new Uint8Array(),
  ephemeral?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = new TextEncoder().encode(purpose);
  const sender = await suite.createSenderContext({
    recipientPublicKey: recipient,
    info,
    ...(ephemeral === undefined ? {} : { ekm: ephemeral.slice().buffer }),
  });
  const ciphertext = new Uint8Array(await sender.seal(plaintext, associated));
  const sealed = new Uint8Array(HPKE_ENCAPSULATED_BYTES + ciphertext.length);
  sealed.set(new Uint8Array(sender.enc), 0);
  sealed.set(ciphertext, HPKE_ENCAPSULATED_BYTES);
  return sealed;
}

/**
 * Opens what `seal` made.
 * @throws UnsealError
 */
export async function unseal(
  recipient: SealingKey,
  purpose: string,
  sealed: Uint8Array<ArrayBuffer>,
  associated: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  if (sealed.length < HPKE_ENCAPSULATED_BYTES + HPKE_TAG_BYTES) throw new UnsealError();
  try {
    const context = await suite.createRecipientContext({
      recipientKey: recipient,
      enc: sealed.slice(0, HPKE_ENCAPSULATED_BYTES).buffer,
      info: new TextEncoder().encode(purpose),
    });
    return new Uint8Array(await context.open(sealed.slice(HPKE_ENCAPSULATED_BYTES), associated));
  } catch (cause) {
    throw new UnsealError({ cause });
  }
}
