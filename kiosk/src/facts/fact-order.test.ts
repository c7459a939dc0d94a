import { type Fact, factSchema } from '@uketsuke/shared/contracts';
import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { supersedes } from './fact-order.ts';

const key = (state: 'active' | 'retired' | 'withdrawn', first = 0): Fact =>
  factSchema.parse({
    id: 'issuer:1',
    kind: 'issuer-key',
    key: { keyId: 1, publicKey: toBase64url(new Uint8Array(32).fill(first, 0, 1)), state },
  });
const ORDER = ['active', 'retired', 'withdrawn'] as const;

describe('facts from two peers', () => {
  it('end the same in whatever order they come: an issuer key only ever loses trust (CRD-8)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ORDER), { minLength: 1 }), (states) => {
        let known: Fact | undefined;
        for (const next of states.map((state) => key(state))) if (supersedes(known, next, true)) known = next;
        const last = ORDER.findLast((state) => states.includes(state));
        expect(known).toEqual(last === undefined ? undefined : key(last));
      }),
    );
  });

  it('give the number of a key that a restored city lost to the city’s new one, not to a hub’s old one (SYN-5)', () => {
    expect(supersedes(key('retired'), key('active', 1), true)).toBe(true);
    expect(supersedes(key('active', 1), key('retired'), false)).toBe(false);
    expect(supersedes(key('withdrawn', 1), key('active', 1), true)).toBe(false);
  });

  it('keep the greatest version of the kiosks’ keys', () => {
    const version = (number: number): Fact => ({ id: 'device-keys', kind: 'device-keys', version: number });
    expect(supersedes(version(3), version(2), true)).toBe(false);
    expect(supersedes(version(3), version(4), true)).toBe(true);
  });

  it('replace what they say of anything else', () => {
    const id = 'shelter:1';
    const fact = (name: string): Fact =>
      factSchema.parse({ id, kind: 'shelter', shelter: { shelterId: 'school-1', name } });
    expect(supersedes(undefined, fact('a'), false)).toBe(true);
    expect(supersedes(fact('a'), fact('b'), false)).toBe(true);
  });

  it('end with the city’s latest word in whatever order they come, and never with what it did not sign (FCT-1)', () => {
    const id = 'revoked-device:hub1';
    const deviceId = deviceIdSchema.parse('hub1');
    const word = (at: number | null): Fact => ({
      id,
      kind: 'revoked-device',
      deviceId,
      revoked: at === null || at % 2 === 1,
      ...(at === null ? {} : { proof: { at, text: '{}', signature: 'A'.repeat(86) } }),
    });
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 9 })), { minLength: 1 }), (saidAt) => {
        let known: Fact | undefined;
        for (const next of saidAt.map(word)) if (supersedes(known, next, true)) known = next;
        const signed = saidAt.filter((at) => at !== null);
        expect(known).toEqual(word(signed.length === 0 ? null : Math.max(...signed)));
      }),
    );
  });

  it('take a key’s number back from what a hub put there unsigned (FCT-1)', () => {
    const proof = { at: 1, text: '{}', signature: 'A'.repeat(86) };
    const signed = { ...key('active', 1), proof } as Fact;
    expect(supersedes(key('withdrawn', 1), signed, false)).toBe(true);
    expect(supersedes(key('active'), signed, false)).toBe(true);
    expect(supersedes(signed, key('withdrawn', 1), true)).toBe(false);
  });
});
