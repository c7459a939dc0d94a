import { issuerPublicKey } from '@uketsuke/shared/card';
import { CodedError } from '@uketsuke/shared/coded-error';
import { type IssuerKey, issuerKeySchema } from '@uketsuke/shared/contracts';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import { type DirectoryKey, directoryKeySchema } from '@uketsuke/shared/my-number-card';
import { base64urlOf, fromBase64url, newSealingKeyPair, toBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';

const KEY_BYTES = 32;
const HIGHEST_KEY_ID = 65_535;
const key = base64urlOf(KEY_BYTES);
const keyPairSchema = z.strictObject({ publicKey: key, privateKey: key });

/** All keys of the city, 32 bytes each in base64url. */
export const keyringSchema = z.strictObject({
  version: z.literal(1),
  /** Ed25519: sign cards. Exactly one is active (CRD-8). */
  issuerKeys: z.array(z.strictObject({ ...issuerKeySchema.shape, privateKey: key })).min(1),
  /** X25519: open cards; newest first. */
  receptionKeys: z.array(keyPairSchema).min(1),
  /** X25519: opens kiosks' journals. */
  recoveryKey: keyPairSchema,
  /** Ed25519: signs device credentials. */
  credentialKey: keyPairSchema,
  /** From it come the devices' event keys, and the hashes of enrolment codes. */
  deviceRoot: key,
  /** Keys of the card directory, newest first; a keyring from before there was one gets its first at the next start. */
  cardDirectoryKeys: z.array(directoryKeySchema).default([]),
});
export type Keyring = z.infer<typeof keyringSchema>;
type IssuerKeyPair = Keyring['issuerKeys'][number];

/** No such issuer key. */
export class IssuerKeyUnknownError extends CodedError<'issuer-key-unknown'> {
  override readonly name = 'IssuerKeyUnknownError';
  constructor() {
    super('issuer-key-unknown', 'there is no issuer key of this number');
  }
}

/** A city's first keys. */
export async function newKeyring(random: RandomBytes): Promise<Keyring> {
  const credential = random(KEY_BYTES);
  return {
    version: 1,
    issuerKeys: [newIssuerKey(1, random)],
    receptionKeys: [await newExchangeKey()],
    recoveryKey: await newExchangeKey(),
    credentialKey: {
      publicKey: toBase64url(issuerPublicKey(credential)),
      privateKey: toBase64url(credential),
    },
    deviceRoot: toBase64url(random(KEY_BYTES)),
    cardDirectoryKeys: [newDirectoryKey(1, random)],
  };
}

/** A new key of the card directory before the others, by which entries stay readable. */
export function rotateDirectoryKey(keyring: Keyring, random: RandomBytes): Keyring {
  const keyId = (keyring.cardDirectoryKeys[0]?.keyId ?? 0) + 1;
  if (keyId > HIGHEST_KEY_ID) throw new RangeError('numbers of directory keys are used up');
  return { ...keyring, cardDirectoryKeys: [newDirectoryKey(keyId, random), ...keyring.cardDirectoryKeys] };
}

/** A new active issuer key; the former active one is retired and stays valid (CRD-8). */
export function rotateIssuerKey(keyring: Keyring, random: RandomBytes): Keyring {
  const retired = keyring.issuerKeys.map(
    (each): IssuerKeyPair => (each.state === 'active' ? { ...each, state: 'retired' } : each),
  );
  return { ...keyring, issuerKeys: [...retired, newIssuerKey(nextKeyId(keyring), random)] };
}

/**
 * Withdraws an issuer key: no card it signed is valid any more (CRD-8). When it was the active one, a new one
 * takes its place.
 * @throws IssuerKeyUnknownError
 */
export function withdrawIssuerKey(keyring: Keyring, keyId: number, random: RandomBytes): Keyring {
  const found = keyring.issuerKeys.find((each) => each.keyId === keyId);
  if (found === undefined) throw new IssuerKeyUnknownError();
  const issuerKeys = keyring.issuerKeys.map(
    (each): IssuerKeyPair => (each.keyId === keyId ? { ...each, state: 'withdrawn' } : each),
  );
  if (found.state !== 'active') return { ...keyring, issuerKeys };
  return { ...keyring, issuerKeys: [...issuerKeys, newIssuerKey(nextKeyId(keyring), random)] };
}

/** The key that signs new cards. */
export function activeIssuerKey(keyring: Keyring): { keyId: number; privateKey: Uint8Array } {
  const active = keyring.issuerKeys.find((each) => each.state === 'active');
  if (active === undefined) throw new IssuerKeyUnknownError();
  return { keyId: active.keyId, privateKey: fromBase64url(active.privateKey) };
}

/** The public trust list. */
export function publicIssuerKeys(keyring: Keyring): IssuerKey[] {
  return keyring.issuerKeys.map(({ keyId, publicKey, state }) => ({ keyId, publicKey, state }));
}

function nextKeyId(keyring: Keyring): number {
  const next = Math.max(...keyring.issuerKeys.map((each) => each.keyId)) + 1;
  if (next > HIGHEST_KEY_ID) throw new RangeError('issuer key numbers are used up');
  return next;
}

function newIssuerKey(keyId: number, random: RandomBytes): IssuerKeyPair {
  const privateKey = random(KEY_BYTES);
  return {
    keyId,
    publicKey: toBase64url(issuerPublicKey(privateKey)),
    privateKey: toBase64url(privateKey),
    state: 'active',
  };
}

function newDirectoryKey(keyId: number, random: RandomBytes): DirectoryKey {
  return { key: toBase64url(random(KEY_BYTES)), keyId };
}

async function newExchangeKey(): Promise<z.infer<typeof keyPairSchema>> {
  const pair = await newSealingKeyPair();
  return { publicKey: toBase64url(pair.publicKey), privateKey: toBase64url(pair.privateKey) };
}
