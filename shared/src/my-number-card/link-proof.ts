import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { base64urlOf, fromBase64url, toBase64url } from '../sealing/base64url.ts';
import type { DirectoryKey, LinkId } from './directory-key.ts';

/**
 * That whoever changes a link had the card before them (MNC-6): a signature with a key that comes, as the entry's own
 * does, from the directory key and the certificate together. The server and the other kiosks can check it, and cannot
 * make it: they know the link's id, not the certificate.
 */
export const linkProofSchema = z.strictObject({
  /** Ed25519 public key of who holds the card, base64url. The first of a link stands for all that come. */
  holder: base64urlOf(32),
  signature: base64urlOf(64),
});
export type LinkProof = z.infer<typeof linkProofSchema>;

/** A link as it is changed. The device stands in it, so that no other one can repeat what it recorded. */
export interface LinkChange {
  readonly deviceId: string;
  readonly keyId: number;
  readonly linkId: LinkId;
  /** Null takes the link back. */
  readonly sealed: string | null;
}

/** Checks an Ed25519 signature. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const verifyInJavaScript: VerifySignature = (publicKey, message, signature) => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};

/** The public key that changes of this card's link are signed with. @param certificateSha256 base64url */
export function linkHolderOf(key: DirectoryKey, certificateSha256: string): string {
  return toBase64url(ed25519.getPublicKey(holderKey(key, certificateSha256)));
}

/** Signs a change with the card's own key. */
export function proveLinkChange(key: DirectoryKey, certificateSha256: string, change: LinkChange): LinkProof {
  const signature = ed25519.sign(messageOf(change), holderKey(key, certificateSha256));
  return { holder: linkHolderOf(key, certificateSha256), signature: toBase64url(signature) };
}

/** Whether the change was made by who holds the key that the proof names. */
export function isLinkChangeProven(
  change: LinkChange,
  proof: LinkProof,
  verify: VerifySignature = verifyInJavaScript,
): boolean {
  return verify(fromBase64url(proof.holder), messageOf(change), fromBase64url(proof.signature));
}

function holderKey({ key }: DirectoryKey, certificateSha256: string): Uint8Array {
  const mac = hmac.create(sha256, fromBase64url(key));
  mac.update(new TextEncoder().encode('holder:')).update(fromBase64url(certificateSha256));
  return mac.digest();
}

function messageOf({ deviceId, keyId, linkId, sealed }: LinkChange): Uint8Array {
  return new TextEncoder().encode(['uketsuke card link 1', deviceId, keyId, linkId, sealed ?? ''].join('\n'));
}
