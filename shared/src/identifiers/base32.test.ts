import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Base32Error, decodeBase32, encodeBase32 } from './base32.ts';

describe('base32', () => {
  it('gives the test vectors of RFC 4648 §10 without padding', () => {
    const vectors = {
      '': '',
      f: 'MY',
      fo: 'MZXQ',
      foo: 'MZXW6',
      foob: 'MZXW6YQ',
      fooba: 'MZXW6YTB',
      foobar: 'MZXW6YTBOI',
    };
    for (const [plain, text] of Object.entries(vectors))
      expect(encodeBase32(new TextEncoder().encode(plain))).toBe(text);
  });

  it('reads back what it wrote, and only that (CRD-6)', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'MZ0', 'mz', 'MZXW6YTBO', 'MZ======', 'MZ'])
      expect(() => decodeBase32(text)).toThrow(Base32Error);
  });
});
