import { type Fact, factSchema } from '@uketsuke/shared/protocol';
import { toBase64url } from '@uketsuke/shared/sealing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { supersedes } from './fact-order.ts';

const key = (state: 'active' | 'retired' | 'withdrawn'): Fact =>
  factSchema.parse({
    id: 'issuer:1',
    kind: 'issuer-key',
    key: { keyId: 1, publicKey: toBase64url(new Uint8Array(32)), state },
  });
const ORDER = ['active', 'retired', 'withdrawn'] as const;

describe('facts from two peers', () => {
  it('end the same in whatever order they come: an issuer key only ever loses trust (CRD-8)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ORDER), { minLength: 1 }), (states) => {
        let known: Fact | undefined;
        for (const next of states.map(key)) if (supersedes(known, next)) known = next;
        const last = ORDER.findLast((state) => states.includes(state));
        expect(known).toEqual(last === undefined ? undefined : key(last));
      }),
    );
  });

  it('keep the greatest version of the kiosks’ keys', () => {
    const version = (number: number): Fact => ({ id: 'device-keys', kind: 'device-keys', version: number });
    expect(supersedes(version(3), version(2))).toBe(false);
    expect(supersedes(version(3), version(4))).toBe(true);
  });

  it('replace what they say of anything else', () => {
    const id = 'shelter:1';
    const fact = (name: string): Fact =>
      factSchema.parse({ id, kind: 'shelter', shelter: { shelterId: 'school-1', name } });
    expect(supersedes(undefined, fact('a'))).toBe(true);
    expect(supersedes(fact('a'), fact('b'))).toBe(true);
  });
});
