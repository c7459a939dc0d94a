import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  verify as verifySignature,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'cborg';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CARD_REFUSALS, type CardRefusal } from '../errors/error-codes.ts';
import { decodeBase32 } from '../identifiers/base32.ts';
import { importSealingPrivateKey, importSealingPublicKey, type SealingKey } from '../sealing/hpke.ts';
import { CardRefusedError } from './card-errors.ts';
import {
  cardClaimsSchema,
  coseSign1,
  cwtPayload,
  expiresAtMs,
  formatOf,
  issuedAtMs,
  protectedHeader,
} from './claims.ts';
import { type CardTrust, issueCard, issuerFromPrivateKey, issuerPublicKey, openCard } from './credential.ts';
import { decodeClaims, encodeClaims, householdToWire } from './wire-format.ts';

/** The vectors of test-data/card-vectors (made by scripts/write-card-vectors.ts): issuer and reader agree on every byte. */
const FOLDER = join(import.meta.dirname, '..', '..', 'test-data', 'card-vectors');
const hexBytes = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/)
  .transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));
const keysSchema = z.strictObject({
  issuerKeyId: z.int(),
  issuerPrivateHex: hexBytes,
  issuerPublicHex: hexBytes,
  receptionPrivateHex: hexBytes,
  receptionPublicHex: hexBytes,
  now: z.iso.datetime(),
});
const acceptedSchema = z.array(
  z.strictObject({
    name: z.string(),
    claims: cardClaimsSchema,
    innerHex: hexBytes,
    signatureInputHex: hexBytes,
    coseSign1Hex: hexBytes,
    code: z.string(),
  }),
);
const refusedSchema = z.array(
  z.strictObject({
    name: z.string(),
    code: z.string(),
    refusal: z.enum(CARD_REFUSALS),
    revoked: z.string().optional(),
  }),
);

function read<Output>(file: string, schema: z.ZodType<Output>): Output {
  return schema.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
}

const hex = (content: Uint8Array): string => Buffer.from(content).toString('hex');
const keys = read('keys.json', keysSchema);
const accepted = read('accepted.json', acceptedSchema);
const refused = read('refused.json', refusedSchema);
const now = Date.parse(keys.now);
let receptionPublic: SealingKey;
let receptionPrivate: SealingKey;

function trust(revoked?: string, how: CardRefusal = 'revoked'): CardTrust {
  return {
    issuerKeys: new Map([[keys.issuerKeyId, keys.issuerPublicHex]]),
    receptionKeys: [receptionPrivate],
    revocationOf: (cardId) => (cardId === revoked ? (how === 'superseded' ? how : 'revoked') : undefined),
  };
}

beforeAll(async () => {
  receptionPublic = await importSealingPublicKey(keys.receptionPublicHex);
  receptionPrivate = await importSealingPrivateKey(keys.receptionPrivateHex);
});

describe('golden vectors (CRD-6)', () => {
  it('there are some of each, and the keys are pairs', () => {
    expect(accepted.length).toBeGreaterThanOrEqual(7);
    expect(new Set(refused.map((vector) => vector.refusal))).toEqual(new Set(CARD_REFUSALS));
    expect(issuerPublicKey(keys.issuerPrivateHex)).toEqual(keys.issuerPublicHex);
    expect(x25519PublicOf(keys.receptionPrivateHex)).toEqual(keys.receptionPublicHex);
  });

  describe.each(accepted)('$name', ({ claims, innerHex, signatureInputHex, coseSign1Hex, code }) => {
    it('is written to these bytes', async () => {
      expect(hex(encodeClaims(claims))).toBe(hex(innerHex));
      const messages: Uint8Array[] = [];
      const signatures: Uint8Array[] = [];
      const honest = issuerFromPrivateKey(claims.issuerKeyId, keys.issuerPrivateHex);
      const sign = async (message: Uint8Array) => {
        const signature = await honest.sign(message);
        messages.push(message);
        signatures.push(signature);
        return signature;
      };
      const again = await issueCard(claims, { keyId: honest.keyId, sign }, receptionPublic);
      expect(again.length).toBe(code.length);
      expect(messages.map(hex)).toEqual([hex(signatureInputHex)]);
      const payload = cwtPayload(claims, decodeBase32(claims.cardId), householdToWire(claims.household));
      const signature = signatures[0] ?? new Uint8Array();
      expect(hex(coseSign1(protectedHeader(claims.issuerKeyId), payload, signature))).toBe(hex(coseSign1Hex));
    });

    it('is read from these bytes and from the code', async () => {
      expect(decodeClaims(innerHex, formatOf(claims.household))).toEqual(claims);
      expect(await openCard(code, trust(), now)).toEqual({ claims, expired: false });
    });

    it('is COSE_Sign1 with CWT claims to a reader that knows only the RFCs', () => {
      readAsStandardCose(coseSign1Hex, claims);
    });

    it('is HPKE to a reader that knows only RFC 9180', () => {
      const sealed = decodeBase32(code.slice(4)).slice(0, -1);
      const plain = openBaseMode(
        sealed,
        keys.receptionPrivateHex,
        keys.receptionPublicHex,
        `uketsuke card ${formatOf(claims.household)}`,
      );
      const cose = z.tuple([z.unknown(), z.unknown(), z.unknown(), bytes]).parse(decodeMaps(coseSign1Hex));
      expect(hex(plain)).toBe(hex(cose[3]) + hex(innerHex));
    });
  });

  it.each(refused)('refuses $name: $refusal', async ({ code, refusal, revoked }) => {
    const outcome = await openCard(code, trust(revoked, refusal), now).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(CardRefusedError);
    expect(outcome).toMatchObject({ code: refusal });
  });
});

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const labelled = z.map(z.int(), z.unknown());
const decodeMaps = (encoded: Uint8Array): unknown => decode(encoded, { useMaps: true, strict: true });

/** Reads the bytes with a generic CBOR decoder and the labels of RFC 9052, RFC 9053 and RFC 8392, and the platform's Ed25519. */
function readAsStandardCose(encoded: Uint8Array, claims: z.infer<typeof cardClaimsSchema>): void {
  const [header, unprotected, payload, signature] = z.tuple([bytes, labelled, bytes, bytes]).parse(decodeMaps(encoded));
  const parameters = labelled.parse(decodeMaps(header));
  expect([...parameters.keys()]).toEqual([1, 4]);
  expect(parameters.get(1), 'alg: EdDSA').toBe(-8);
  expect(parameters.get(4), 'kid').toEqual(Uint8Array.of(claims.issuerKeyId >> 8, claims.issuerKeyId & 0xff));
  expect(unprotected.size).toBe(0);

  const cwt = labelled.parse(decodeMaps(payload));
  const householdClaim = formatOf(claims.household) === 1 ? -65_537 : -65_538;
  expect([...cwt.keys()]).toEqual([4, 6, 7, householdClaim]);
  expect(cwt.get(4), 'exp, seconds').toBe(expiresAtMs(claims) / 1000);
  expect(cwt.get(6), 'iat, seconds').toBe(issuedAtMs(claims) / 1000);
  expect(cwt.get(7), 'cti').toEqual(decodeBase32(claims.cardId));
  const household = z
    .tuple([z.int(), z.unknown(), z.array(z.tuple([bytes], z.unknown()))])
    .parse(cwt.get(householdClaim));
  expect(household[2].map(([residentId]) => residentId)).toEqual(
    claims.household.members.map((member) => decodeBase32(member.residentId)),
  );

  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keys.issuerPublicHex]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const toBeSigned = Buffer.concat([
    Buffer.from('846a', 'hex'),
    Buffer.from('Signature1'),
    byteString(header),
    byteString(new Uint8Array()),
    byteString(payload),
  ]);
  expect(verifySignature(null, toBeSigned, publicKey, signature)).toBe(true);
}

/** A CBOR byte string, written by hand from RFC 8949 §3.1. */
function byteString(content: Uint8Array): Buffer {
  const { length } = content;
  const head = length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(head), content]);
}

function x25519Private(raw: Uint8Array) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function x25519PublicOf(raw: Uint8Array): Uint8Array {
  const der = createPublicKey(x25519Private(raw)).export({ format: 'der', type: 'spki' });
  return Uint8Array.from(der.subarray(-32));
}

/** HPKE base mode written out from RFC 9180 §4.1 and §5.1: X25519, HKDF-SHA256, AES-128-GCM. */
function openBaseMode(sealed: Uint8Array, privateRaw: Uint8Array, publicRaw: Uint8Array, purpose: string): Uint8Array {
  const kem = Buffer.concat([Buffer.from('KEM'), Uint8Array.of(0, 0x20)]);
  const hpke = Buffer.concat([Buffer.from('HPKE'), Uint8Array.of(0, 0x20, 0, 1, 0, 1)]);
  const encapsulated = sealed.subarray(0, 32);
  const spki = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), encapsulated]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const shared = diffieHellman({ privateKey: x25519Private(privateRaw), publicKey });
  const eae = labeledExtract(kem, '', 'eae_prk', shared);
  const sharedSecret = labeledExpand(kem, eae, 'shared_secret', Buffer.concat([encapsulated, publicRaw]), 32);
  const context = Buffer.concat([
    Uint8Array.of(0),
    labeledExtract(hpke, '', 'psk_id_hash', ''),
    labeledExtract(hpke, '', 'info_hash', purpose),
  ]);
  const secret = labeledExtract(hpke, sharedSecret, 'secret', '');
  const key = labeledExpand(hpke, secret, 'key', context, 16);
  const nonce = labeledExpand(hpke, secret, 'base_nonce', context, 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(32, -16)), decipher.final()]));
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array | '', label: string, input: Uint8Array | string): Buffer {
  const material = Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), Buffer.from(input)]);
  return createHmac('sha256', salt === '' ? Buffer.alloc(32) : salt)
    .update(material)
    .digest();
}

function labeledExpand(suite: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Uint8Array.of(0, length), Buffer.from('HPKE-v1'), suite, Buffer.from(label), info]);
  return createHmac('sha256', key).update(labelled).update(Uint8Array.of(1)).digest().subarray(0, length);
}
