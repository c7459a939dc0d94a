import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, factSchema } from '../contracts/index.ts';
import { seededBytes } from '../sample-households/sample-households.ts';
import { fromBase64url, toBase64url } from '../sealing/index.ts';
import { carriesTrust, FactVerifier, proveFact, provenFacts, type TrustFact } from './fact-proof.ts';

const city = seededBytes(1)(32);
const hub = seededBytes(2)(32);
const verifier = new FactVerifier(toBase64url(ed25519.getPublicKey(city)));
const key = (keyId: number, bytes: Uint8Array) => ({ keyId, publicKey: toBase64url(bytes), state: 'active' as const });

const FACTS: readonly TrustFact[] = [
  { id: 'issuer-key:1', kind: 'issuer-key', key: key(1, seededBytes(3)(32)) },
  { id: 'revoked-card:AAAAAAAA', kind: 'revoked-card', cardId: 'AAAAAAAA' },
  { id: 'revoked-device:aaaaaaaaaaaa', kind: 'revoked-device', deviceId: 'aaaaaaaaaaaa', revoked: true },
  { id: 'device-keys', kind: 'device-keys', version: 3 },
].map((fact) => {
  const parsed = factSchema.parse(fact);
  if (!carriesTrust(parsed)) throw new TypeError('no trust');
  return parsed;
});

describe('facts that carry trust (FCT-1)', () => {
  it.each(FACTS.map((fact) => [fact.kind, fact] as const))(
    'hold with the city’s signature: %s',
    async (_kind, fact) => {
      const proven = proveFact(fact, 1_000, city);
      // As it goes over the wire.
      const received = factSchema.parse(JSON.parse(JSON.stringify(proven)));
      expect(await verifier.proven(received)).toEqual(proven);
    },
  );

  it.each(FACTS.map((fact) => [fact.kind, fact] as const))(
    'are nothing without, or with another’s: %s',
    async (_kind, fact) => {
      expect(await verifier.proven(fact)).toBeNull();
      expect(await verifier.proven(proveFact(fact, 1_000, hub))).toBeNull();
      expect(await provenFacts([fact, proveFact(fact, 1_000, hub)], verifier)).toEqual([]);
    },
  );

  it('are what was signed, whatever stands beside it', async () => {
    const [issuer] = FACTS;
    if (issuer?.kind !== 'issuer-key') throw new TypeError('no key');
    const { proof } = proveFact(issuer, 1_000, city);
    const replaced: Fact = { ...issuer, key: key(1, seededBytes(4)(32)), proof };
    expect(await verifier.proven(replaced)).toEqual({ ...issuer, proof });
    expect(await verifier.proven({ ...issuer, id: 'issuer-key:999', proof })).toBeNull();
    if (proof === undefined) throw new TypeError('no proof');
    expect(await verifier.proven({ ...issuer, proof: { ...proof, at: 2_000 } })).toBeNull();
  });

  it('hold no more when any byte of text or signature is another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FACTS), fc.nat(), fc.integer({ min: 1, max: 255 }), async (fact, at, by) => {
        const { proof } = proveFact(fact, 1_000, city);
        if (proof === undefined) throw new TypeError('no proof');
        const signature = fromBase64url(proof.signature);
        signature[at % signature.length] = (signature[at % signature.length] ?? 0) ^ by;
        const text = proof.text.slice(0, at % proof.text.length) + proof.text.slice((at % proof.text.length) + 1);
        expect(await verifier.proven({ ...fact, proof: { ...proof, signature: toBase64url(signature) } })).toBeNull();
        expect(await verifier.proven({ ...fact, proof: { ...proof, text } })).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('are checked by a program that does not know all that a later one signs', async () => {
    const [, card] = FACTS;
    if (card === undefined) throw new TypeError('no card');
    const ofLater = { ...card, ofALaterTime: { is: true } };
    const later = proveFact(ofLater, 5, city);
    expect(later.proof?.text).toContain('ofALaterTime');
    expect(await verifier.proven(factSchema.parse(later))).toMatchObject({ kind: 'revoked-card' });
  });

  it('are checked, too, where the browser knows no Ed25519', async () => {
    const { importKey } = crypto.subtle;
    crypto.subtle.importKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'));
    try {
      const old = new FactVerifier(toBase64url(ed25519.getPublicKey(city)));
      for (const fact of FACTS) {
        expect(await old.proven(proveFact(fact, 1, city))).not.toBeNull();
        expect(await old.proven(proveFact(fact, 1, hub))).toBeNull();
      }
    } finally {
      crypto.subtle.importKey = importKey;
    }
  });
});
