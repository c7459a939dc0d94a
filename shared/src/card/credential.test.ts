import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CardRefusal } from '../errors/error-codes.ts';
import { decodeBase32, encodeBase32 } from '../identifiers/base32.ts';
import { newCardId } from '../identifiers/identifiers.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/sample-households.ts';
import {
  importSealingPrivateKey,
  importSealingPublicKey,
  newSealingKeyPair,
  type SealingKey,
} from '../sealing/hpke.ts';
import { CardRefusedError, CardTooLargeError } from './card-errors.ts';
import { type CardClaims, expiresAtMs, issueDayOf } from './claims.ts';
import { crc8 } from './crc8.ts';
import {
  type CardIssuer,
  type CardTrust,
  issueCard,
  issuerFromPrivateKey,
  issuerPublicKey,
  openCard,
} from './credential.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const issuerPrivateKey = seededBytes(1)(32);
const issuer = issuerFromPrivateKey(3, issuerPrivateKey);
let reception: SealingKey;
let formerReception: SealingKey;
let trust: CardTrust;

async function newReception() {
  const pair = await newSealingKeyPair();
  return {
    publicKey: await importSealingPublicKey(pair.publicKey),
    privateKey: await importSealingPrivateKey(pair.privateKey),
  };
}

function content(seed: number, members?: number): Omit<CardClaims, 'issuerKeyId'> {
  const [household] = sampleHouseholds(seed, 1, members);
  if (household === undefined) throw new Error('no sample');
  return { cardId: newCardId(seededBytes(seed)), issuedDay: issueDayOf(NOW), validYears: 5, household };
}

async function refusalOf(code: string, using: CardTrust = trust): Promise<CardRefusal | 'accepted'> {
  try {
    await openCard(code, using, NOW);
    return 'accepted';
  } catch (error) {
    if (error instanceof CardRefusedError) return error.code;
    throw error;
  }
}

beforeAll(async () => {
  const [city, former] = [await newReception(), await newReception()];
  reception = city.publicKey;
  formerReception = former.publicKey;
  trust = {
    issuerKeys: new Map([[3, issuerPublicKey(issuerPrivateKey)]]),
    receptionKeys: [city.privateKey, former.privateKey],
    revocationOf: () => undefined,
  };
});

describe('a card', () => {
  it('brings every sample household back unchanged (CRD-6)', async () => {
    for (const household of sampleHouseholds(11, 200)) {
      const claims = { ...content(1), household };
      const opened = await openCard(await issueCard(claims, issuer, reception), trust, NOW);
      expect(opened).toEqual({ claims: { ...claims, issuerKeyId: 3 }, expired: false });
    }
  });

  it('has at most 320 characters for one person and 560 for four (CRD-7)', async () => {
    for (const [members, limit] of [
      [1, 320],
      [4, 560],
    ] as const) {
      for (const household of sampleHouseholds(23, 300, members)) {
        const code = await issueCard({ ...content(1), household }, issuer, reception);
        expect(code.length).toBeLessThanOrEqual(limit);
        expect(code).toMatch(/^UKE1[A-Z2-7]+$/);
      }
    }
  });

  it('is refused at issue rather than made too large (CRD-7)', async () => {
    const claims = content(5, 12);
    const long = 'とても長い名前'.repeat(7);
    const members = claims.household.members.map((member) => ({ ...member, name: { written: long, kana: long } }));
    await expect(issueCard({ ...claims, household: { members } }, issuer, reception)).rejects.toThrow(
      CardTooLargeError,
    );
  });

  it('reads the same whatever case, width or line breaks a scanner gives it', async () => {
    const code = await issueCard(content(2), issuer, reception);
    const fullWidth = [...code].map((character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)).join('');
    expect(await refusalOf(code.toLowerCase())).toBe('accepted');
    expect(await refusalOf(`${fullWidth}\r\n`)).toBe('accepted');
  });

  it('is still read when sealed to the former reception key', async () => {
    expect(await refusalOf(await issueCard(content(2), issuer, formerReception))).toBe('accepted');
  });

  it('is taken with a remark when expired (CRD-5)', async () => {
    const claims = content(3);
    const code = await issueCard(claims, issuer, reception);
    expect((await openCard(code, trust, expiresAtMs(claims) - 1)).expired).toBe(false);
    expect((await openCard(code, trust, expiresAtMs(claims))).expired).toBe(true);
  });
});

describe('a card is refused (CRD-4)', () => {
  it.each([
    ['', 'not-ours'],
    ['https://example.jp/ticket?id=UKE1', 'not-ours'],
    ['4901234567894', 'not-ours'],
    ['避難所', 'not-ours'],
    ['UKE', 'not-ours'],
    ['UKE1', 'damaged'],
    ['UKE1!!!!', 'damaged'],
    ['UKE2ABCDEFGH', 'damaged'],
    ['UKE3ABCDEFGH', 'too-new'],
    [`UKE1${'A'.repeat(2_000)}`, 'damaged'],
    ['A'.repeat(5_000), 'not-ours'],
  ] as const)('case %#: %s', async (scanned, refusal) => {
    expect(await refusalOf(scanned)).toBe(refusal);
  });

  it('when cut short anywhere: damaged (or, where the check byte agrees by chance, foreign)', async () => {
    const code = await issueCard(content(4), issuer, reception);
    for (let length = 4; length < code.length; length += 1) {
      expect(['damaged', 'foreign']).toContain(await refusalOf(code.slice(0, length)));
    }
  });

  it('when sealed to another city: foreign', async () => {
    const other = await newReception();
    expect(await refusalOf(await issueCard(content(5), issuer, other.publicKey))).toBe('foreign');
  });

  it('when its issuer is not trusted: unknown-issuer', async () => {
    expect(await refusalOf(await issueCard(content(6), issuerFromPrivateKey(4, seededBytes(4)(32)), reception))).toBe(
      'unknown-issuer',
    );
  });

  it('when signed by somebody else under a trusted number: forged', async () => {
    expect(await refusalOf(await issueCard(content(7), issuerFromPrivateKey(3, seededBytes(9)(32)), reception))).toBe(
      'forged',
    );
  });

  it('when the claims were altered after signing: forged', async () => {
    const honest: CardIssuer = issuer;
    const claims = content(8, 1);
    let signature = new Uint8Array();
    await issueCard(
      claims,
      { keyId: 3, sign: async (message) => (signature = new Uint8Array(await honest.sign(message))) },
      reception,
    );
    const replayed = await issueCard({ ...claims, validYears: 50 }, { keyId: 3, sign: () => signature }, reception);
    expect(await refusalOf(replayed)).toBe('forged');
  });

  it('when revoked: revoked; when replaced by a newer one: superseded (CRD-11)', async () => {
    const claims = content(9);
    for (const revocation of ['revoked', 'superseded'] as const) {
      const revoking: CardTrust = { ...trust, revocationOf: (id) => (id === claims.cardId ? revocation : undefined) };
      expect(await refusalOf(await issueCard(claims, issuer, reception), revoking)).toBe(revocation);
    }
  });

  it('when any byte is altered, even with the check sum mended', async () => {
    const code = await issueCard(content(10, 1), issuer, reception);
    const bytes = decodeBase32(code.slice(4));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const body = bytes.slice(0, -1);
        body[at] = (body[at] ?? 0) ^ flip;
        const altered = Uint8Array.from([...body, crc8(body)]);
        expect(await refusalOf(`UKE1${encodeBase32(altered)}`)).toBe('foreign');
      }),
    );
  });
});

describe('privacy of the code (CRD-3)', () => {
  it('shows no name, kana, address or birth date without the reception key', async () => {
    const [household] = sampleHouseholds(31, 1, 4);
    if (household === undefined) throw new Error('no sample');
    const claims = { ...content(31), household };
    const bytes = decodeBase32((await issueCard(claims, issuer, reception)).slice(4));
    const again = decodeBase32((await issueCard(claims, issuer, reception)).slice(4));
    const haystacks = [bytes, bytes.slice(1), bytes.slice(2)].flatMap((part) =>
      ['utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-jp'].map((encoding) =>
        new TextDecoder(encoding).decode(part),
      ),
    );
    const secrets = household.members.flatMap((member) => [
      ...member.name.written.split(' '),
      ...(member.name.kana ?? '').split(' '),
      member.birthDate ?? '',
      member.residentId,
    ]);
    // One character alone is found in random bytes now and then: such a given name is looked for with its family's.
    const long = [
      ...secrets,
      ...household.members.map(({ name }) => name.written),
      household.address?.line ?? '',
    ].filter((secret) => [...secret].length > 1);
    for (const secret of long) {
      for (const haystack of haystacks) expect(haystack).not.toContain(secret);
    }
    const shared = bytes.filter((byte, at) => byte === again[at]).length;
    expect(shared, 'two sealings of one card share no more than chance').toBeLessThan(bytes.length / 8);
  });
});

describe('the signature', () => {
  it('is Ed25519 over the Sig_structure of RFC 9052', async () => {
    const messages: Uint8Array[] = [];
    await issueCard(
      content(12),
      {
        keyId: 3,
        sign: (message) => {
          messages.push(message);
          return ed25519.sign(message, issuerPrivateKey);
        },
      },
      reception,
    );
    const head = new TextDecoder().decode(messages[0]?.slice(2, 12));
    expect(messages[0]?.[0]).toBe(0x84);
    expect(head).toBe('Signature1');
  });
});
