import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/index.ts';
import { seededBytes } from '../sample-households/index.ts';
import { toBase64url } from '../sealing/index.ts';
import { HubCredentialError, verifyHubCredential } from './index.ts';

const cityKey = seededBytes(1)(32);
const certificateSha256 = toBase64url(seededBytes(2)(32));
const shelterId = shelterIdSchema.parse('shirakawa');
const deviceId = deviceIdSchema.parse('hub1');
const expected = { credentialPublicKey: toBase64url(ed25519.getPublicKey(cityKey)), shelterId, certificateSha256 };
const claims = {
  iss: 'uketsuke',
  aud: 'uketsuke-sync',
  sub: deviceId,
  iat: 1_795_000_000,
  shelterId,
  role: 'hub',
  certificateSha256,
};
const header = { alg: 'EdDSA', typ: 'JWT' };

const part = (value: unknown) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));

function sign(payload: object, of: { header?: object; key?: Uint8Array } = {}): string {
  const signed = `${part(of.header ?? header)}.${part(payload)}`;
  return `${signed}.${toBase64url(ed25519.sign(new TextEncoder().encode(signed), of.key ?? cityKey))}`;
}

function refusalOf(token: string): string {
  try {
    verifyHubCredential(token, expected);
  } catch (error) {
    if (error instanceof HubCredentialError) return error.code;
    throw error;
  }
  return 'taken';
}

describe('a hub credential (HUB-2)', () => {
  it('signed by the city for this shelter and certificate names the hub', () => {
    expect(verifyHubCredential(sign(claims), expected)).toEqual({ deviceId });
  });

  it('is refused with the reason when anything in it is not as it must be', () => {
    expect(refusalOf(sign({ ...claims, shelterId: 'other' }))).toBe('other-shelter');
    expect(refusalOf(sign({ ...claims, certificateSha256: toBase64url(seededBytes(3)(32)) }))).toBe(
      'other-certificate',
    );
    const { role: _, certificateSha256: __, ...kiosks } = claims;
    expect(refusalOf(sign(kiosks))).toBe('not-a-hub');
    expect(refusalOf(sign({ ...claims, role: 'kiosk' }))).toBe('not-a-hub');
    expect(refusalOf(sign({ ...claims, aud: 'elsewhere' }))).toBe('malformed');
    expect(refusalOf(sign(claims, { key: seededBytes(4)(32) }))).toBe('bad-signature');
    expect(refusalOf(sign(claims, { header: { alg: 'none' } }))).toBe('malformed');
    expect(refusalOf(sign(claims, { header: { alg: 'EdDSA', crit: ['exp'] } }))).toBe('malformed');
  });

  it.each(['', '.', '..', 'a.b', 'a.b.c', 'a.b.c.d', '{}', '不正.な.文字'])('%j is none', (token) => {
    expect(refusalOf(token)).toBe('malformed');
  });

  it('altered in any one place is refused', () => {
    const token = sign(claims);
    for (let at = 0; at < token.length - 1; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(refusalOf(token.slice(0, at) + other + token.slice(at + 1)), String(at)).not.toBe('taken');
    }
  });
});
