import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  importSealingPrivateKey,
  importSealingPublicKey,
  newSealingKeyPair,
  seal,
  UnsealError,
  unseal,
} from './hpke.ts';

describe('base64url', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('canonical JSON (RFC 8785)', () => {
  it('sorts members, leaves out undefined, keeps the value', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é"\n'], c: undefined })).toBe('{"a":[true,null,"é\\"\\n"],"b":1}');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('HPKE', () => {
  it('opens only with the key, purpose and associated data it was sealed with', async () => {
    const pair = await newSealingKeyPair();
    const publicKey = await importSealingPublicKey(pair.publicKey);
    const privateKey = await importSealingPrivateKey(pair.privateKey);
    const message = new TextEncoder().encode('避難所');
    const sealed = await seal(publicKey, 'a', message, Uint8Array.of(1));
    expect(await unseal(privateKey, 'a', sealed, Uint8Array.of(1))).toEqual(message);
    await expect(unseal(privateKey, 'b', sealed, Uint8Array.of(1))).rejects.toThrow(UnsealError);
    await expect(unseal(privateKey, 'a', sealed, Uint8Array.of(2))).rejects.toThrow(UnsealError);
    await expect(unseal(privateKey, 'a', sealed.slice(0, 40))).rejects.toThrow(UnsealError);
    await expect(unseal(privateKey, 'a', new Uint8Array(60))).rejects.toThrow(UnsealError);
  });
});
