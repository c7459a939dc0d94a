/**
 * Writes the golden vectors of the card to shared/test-data/card-vectors. Run it only when the card's format
 * grows: `npx tsx scripts/write-card-vectors.ts`. What is there stays as it is, as cards do that were issued; what is
 * missing is added. Everything but the sealing is deterministic.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CardClaims,
  type CardIssuer,
  issueCard,
  issuerFromPrivateKey,
  issuerPublicKey,
} from '@uketsuke/shared/card';
import { decodeBase32, encodeBase32, newCardId, newResidentId } from '@uketsuke/shared/identifiers';
import { birthDateSchema, type Household } from '@uketsuke/shared/person';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import { importSealingPublicKey, newSealingKeyPair, type SealingKey, seal } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import { coseSign1, cwtPayload, protectedHeader, signatureInput } from '../shared/src/card/claims.ts';
import { crc8 } from '../shared/src/card/crc8.ts';
import { encodeClaims, householdToWire } from '../shared/src/card/wire-format.ts';

const FOLDER = join(import.meta.dirname, '..', 'shared', 'test-data', 'card-vectors');
const NOW = '2026-11-22T03:00:00.000Z';
const ISSUED_DAY = 2_517;

/** Keys of no city: published here on purpose. The X25519 pair is that of RFC 9180 A.1.1 (pkRm, skRm). */
const ISSUER = { keyId: 3, privateKey: seededBytes(1)(32) };
const RECEPTION_PUBLIC = '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d';
const RECEPTION_PRIVATE = '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8';

interface NamedVector {
  readonly name: string;
  readonly [part: string]: unknown;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function sample(seed: number, members: number): Household {
  const [household] = sampleHouseholds(seed, 1, members);
  if (household === undefined) throw new Error('no sample');
  return household;
}

/** Households that touch each part of the format. */
function households(): { name: string; household: Household }[] {
  const one = sample(41, 1);
  const four = sample(42, 4);
  const [first, second, third] = sample(43, 3).members;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no sample');
  return [
    { name: 'one person', household: one },
    { name: 'a household of four', household: four },
    { name: 'the largest household, twelve', household: { members: sample(44, 12).members } },
    { name: 'no address, no kana, no birth date', household: { members: [withoutDetails(first)] } },
    {
      name: 'characters outside the compact table, as UTF-8',
      household: {
        address: { line: 'Cité Descartes 5 – 𠮷野家ビル' },
        members: [{ ...second, name: { written: '𠮷田 Zoë', kana: 'ヨシダ ゾエ' } }],
      },
    },
    {
      name: 'hiragana, long vowels and frequent words',
      household: {
        address: { municipality: '43101', line: '水前寺5丁目12番地 さくらマンション号棟 1105号室' },
        members: [{ ...third, name: { written: 'さくら ゆゔぁ', kana: 'サクラ ユヴァ' } }],
      },
    },
    {
      name: 'birth dates known to the month and to the year, every form of need',
      household: {
        members: [
          {
            ...first,
            sex: 'other',
            birthDate: birthDateSchema.parse('1938-02'),
            needs: [
              { kind: 'allergy', detail: 'shrimp' },
              { kind: 'pet', detail: 'other' },
              { kind: 'other', detail: '夜間に付き添いが必要' },
            ],
          },
          { ...second, sex: 'unstated', birthDate: birthDateSchema.parse('1900'), needs: [] },
          { ...third, birthDate: birthDateSchema.parse('1900-01-01'), needs: [] },
        ],
      },
    },
    {
      name: 'format 2: telephone numbers of an even and an odd number of digits, abroad, and none',
      household: {
        address: { municipality: '43101', line: '水前寺5丁目12番地' },
        members: ['09012345678', '0963000000', '+819012345678', '+12345678901234', undefined].map((phone, at) => ({
          ...first,
          residentId: newResidentId(seededBytes(60 + at)),
          needs: at % 2 === 0 ? [] : [{ kind: 'other' as const, detail: '0963000000' }],
          ...(phone === undefined ? {} : { phone }),
        })),
      },
    },
  ];
}

function withoutDetails(person: Household['members'][number]): Household['members'][number] {
  return { residentId: person.residentId, name: { written: '林' }, sex: 'unstated', needs: [] };
}

async function acceptedVector(name: string, claims: CardClaims, reception: SealingKey): Promise<NamedVector> {
  const header = protectedHeader(claims.issuerKeyId);
  const payload = cwtPayload(claims, decodeBase32(claims.cardId), householdToWire(claims.household));
  const input = signatureInput(header, payload);
  let signature = new Uint8Array();
  const honest = issuerFromPrivateKey(ISSUER.keyId, ISSUER.privateKey);
  const recording: CardIssuer = {
    keyId: honest.keyId,
    sign: async (message) => {
      signature = new Uint8Array(await honest.sign(message));
      return signature;
    },
  };
  const code = await issueCard(claims, recording, reception);
  return {
    name,
    claims,
    innerHex: hex(encodeClaims(claims)),
    signatureInputHex: hex(input),
    coseSign1Hex: hex(coseSign1(header, payload, signature)),
    code,
  };
}

async function sealedPlain(reception: SealingKey, plain: Uint8Array, format = 1): Promise<string> {
  const body = await seal(reception, `uketsuke card ${format}`, Uint8Array.from(plain));
  return `UKE${format}${encodeBase32(Uint8Array.from([...body, crc8(body)]))}`;
}

async function refusedVectors(claims: CardClaims, reception: SealingKey): Promise<NamedVector[]> {
  const honest = issuerFromPrivateKey(ISSUER.keyId, ISSUER.privateKey);
  const code = await issueCard(claims, honest, reception);
  const elsewhere = await importSealingPublicKey((await newSealingKeyPair()).publicKey);
  const signature = await honest.sign(
    signatureInput(
      protectedHeader(claims.issuerKeyId),
      cwtPayload(claims, decodeBase32(claims.cardId), householdToWire(claims.household)),
    ),
  );
  const inner = encodeClaims(claims);
  const otherwiseEncoded = Uint8Array.from([...signature, inner[0] ?? 0, 0x18, claims.issuerKeyId, ...inner.slice(2)]);
  const altered = [...code];
  altered[100] = altered[100] === 'A' ? 'B' : 'A';
  const stranger = issuerFromPrivateKey(ISSUER.keyId, seededBytes(9)(32));
  const unknown = issuerFromPrivateKey(4, seededBytes(4)(32));
  const revoked = { ...claims, cardId: newCardId(seededBytes(77)) };
  return [
    { name: 'a web address', code: 'https://example.jp/ticket?id=UKE1', refusal: 'not-ours' },
    { name: 'a product code', code: '4901234567894', refusal: 'not-ours' },
    { name: 'cut short', code: code.slice(0, -7), refusal: 'damaged' },
    { name: 'one character misread', code: altered.join(''), refusal: 'damaged' },
    { name: 'a character outside the alphabet', code: `${code.slice(0, -1)}8`, refusal: 'damaged' },
    { name: 'a later card format', code: `UKE3${code.slice(4)}`, refusal: 'too-new' },
    { name: 'format 1 called format 2', code: `UKE2${code.slice(4)}`, refusal: 'foreign' },
    {
      name: 'format 1 sealed as format 2',
      code: await sealedPlain(reception, Uint8Array.from([...signature, ...inner]), 2),
      refusal: 'forged',
    },
    { name: 'sealed to another city', code: await issueCard(claims, honest, elsewhere), refusal: 'foreign' },
    { name: 'an issuer not on the list', code: await issueCard(claims, unknown, reception), refusal: 'unknown-issuer' },
    { name: "somebody else's signature", code: await issueCard(claims, stranger, reception), refusal: 'forged' },
    {
      name: 'the signature of other claims',
      code: await issueCard({ ...claims, validYears: 50 }, { keyId: 3, sign: () => signature }, reception),
      refusal: 'forged',
    },
    {
      name: 'the signed claims in another CBOR encoding',
      code: await sealedPlain(reception, otherwiseEncoded),
      refusal: 'forged',
    },
    { name: 'not claims at all', code: await sealedPlain(reception, seededBytes(5)(200)), refusal: 'forged' },
    {
      name: 'taken back',
      code: await issueCard(revoked, honest, reception),
      refusal: 'revoked',
      revoked: revoked.cardId,
    },
    {
      name: 'replaced by a newer card',
      code: await issueCard(revoked, honest, reception),
      refusal: 'superseded',
      revoked: revoked.cardId,
    },
  ];
}

async function writeJson(file: string, content: unknown): Promise<void> {
  await writeFile(join(FOLDER, file), `${JSON.stringify(content, null, 2)}\n`);
}

/** Writes the vectors, with those that are there already as they are. */
async function writeVectors(file: string, vectors: readonly NamedVector[]): Promise<void> {
  const known = z
    .array(z.looseObject({ name: z.string() }))
    .parse(JSON.parse(await readFile(join(FOLDER, file), 'utf8').catch(() => '[]')));
  await writeJson(
    file,
    vectors.map((vector) => known.find(({ name }) => name === vector.name) ?? vector),
  );
}

const reception = await importSealingPublicKey(Uint8Array.from(Buffer.from(RECEPTION_PUBLIC, 'hex')));
const claimsOf = (household: Household, seed: number): CardClaims => ({
  issuerKeyId: ISSUER.keyId,
  cardId: newCardId(seededBytes(seed)),
  issuedDay: ISSUED_DAY,
  validYears: 5,
  household,
});
await mkdir(FOLDER, { recursive: true });
await writeJson('keys.json', {
  issuerKeyId: ISSUER.keyId,
  issuerPrivateHex: hex(ISSUER.privateKey),
  issuerPublicHex: hex(issuerPublicKey(ISSUER.privateKey)),
  receptionPrivateHex: RECEPTION_PRIVATE,
  receptionPublicHex: RECEPTION_PUBLIC,
  now: NOW,
});
const accepted: NamedVector[] = [];
for (const [at, { name, household }] of households().entries()) {
  accepted.push(await acceptedVector(name, claimsOf(household, 100 + at), reception));
}
await writeVectors('accepted.json', accepted);
await writeVectors('refused.json', await refusedVectors(claimsOf(sample(45, 2), 200), reception));
