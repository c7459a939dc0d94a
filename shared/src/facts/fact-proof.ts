import { ed25519 } from '@noble/curves/ed25519.js';
import * as z from 'zod';
import { type Fact, factSchema } from '../contracts/index.ts';
import { readJson } from '../json/index.ts';
import { canonicalJson, fromBase64url, toBase64url } from '../sealing/index.ts';

/** Ed25519 signatures of the same key are made for other things, too: credentials (JWT) begin otherwise. */
const CONTEXT = 'uketsuke fact 1\n';

/** What a kiosk or hub does by these could be turned against the city: they count only by its signature (FCT-1). */
export type TrustFact = Extract<Fact, { kind: 'issuer-key' | 'revoked-card' | 'revoked-device' | 'device-keys' }>;

const TRUST_KINDS: ReadonlySet<Fact['kind']> = new Set<TrustFact['kind']>([
  'issuer-key',
  'revoked-card',
  'revoked-device',
  'device-keys',
]);

export function carriesTrust(fact: Fact): fact is TrustFact {
  return TRUST_KINDS.has(fact.kind);
}

const provenSchema = z.object({ at: z.int().min(0), fact: factSchema });

/**
 * The fact with the city's signature. What was signed travels as text: a program that does not know all of a later
 * fact's members can check it all the same.
 * @param at when the city says so, ms since 1970 UTC
 * @param privateKey the city's Ed25519 credential key, 32 bytes
 */
export function proveFact({ proof: _former, ...fact }: TrustFact, at: number, privateKey: Uint8Array): TrustFact {
  const text = canonicalJson({ at, fact });
  const signature = toBase64url(ed25519.sign(new TextEncoder().encode(CONTEXT + text), privateKey));
  return { ...fact, proof: { at, text, signature } };
}

/** Tells the city's facts from what somebody else put in their place. */
export class FactVerifier {
  readonly #publicKey: Uint8Array<ArrayBuffer>;
  #key: Promise<CryptoKey | null> | undefined;

  /** @param publicKey the city's Ed25519 credential key, 32 bytes, base64url */
  constructor(publicKey: string) {
    this.#publicKey = fromBase64url(publicKey);
  }

  /** The fact as the city signed it; null when it did not. Facts that carry no trust need no signature. */
  async proven(fact: Fact): Promise<Fact | null> {
    if (!carriesTrust(fact)) return fact;
    const { proof } = fact;
    if (proof === undefined) return null;
    const said = readJson(proof.text, provenSchema);
    if (said === undefined || said.at !== proof.at || said.fact.id !== fact.id || said.fact.kind !== fact.kind)
      return null;
    const signed = new TextEncoder().encode(CONTEXT + proof.text);
    return (await this.#verifies(fromBase64url(proof.signature), signed)) ? { ...said.fact, proof } : null;
  }

  async #verifies(signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<boolean> {
    this.#key ??= crypto.subtle.importKey('raw', this.#publicKey, 'Ed25519', false, ['verify']).catch(() => null);
    const key = await this.#key;
    // Browsers from before 2025 cannot; there it takes a millisecond of the page's own time.
    if (key === null) return ed25519.verify(signature, message, this.#publicKey, { zip215: false });
    return crypto.subtle.verify('Ed25519', key, signature, message);
  }
}

/** Those of the facts that are the city's. */
export async function provenFacts(facts: readonly Fact[], verifier: FactVerifier): Promise<readonly Fact[]> {
  const proven = await Promise.all(facts.map((fact) => verifier.proven(fact)));
  return proven.filter((fact) => fact !== null);
}
