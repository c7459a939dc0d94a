import { ed25519 } from '@noble/curves/ed25519.js';
import type { CardRefusal } from '../errors/error-codes.ts';
import { Base32Error, decodeBase32, encodeBase32 } from '../identifiers/base32.ts';
import type { CardId } from '../identifiers/identifiers.ts';
import { type SealingKey, seal, UnsealError, unseal } from '../sealing/hpke.ts';
import { CardRefusedError, CardTooLargeError } from './card-errors.ts';
import {
  type CardClaims,
  type CardFormat,
  cwtPayload,
  expiresAtMs,
  formatOf,
  protectedHeader,
  signatureInput,
} from './claims.ts';
import { crc8 } from './crc8.ts';
import { decodeClaims, encodeClaims, householdToWire, WireFormatError } from './wire-format.ts';

/**
 * The card credential: CWT claims (RFC 8392) in COSE_Sign1 (RFC 9052, Ed25519), sealed with HPKE (RFC 9180) to
 * the city's reception key, as text of A–Z and 2–7 behind a fixed prefix.
 *
 *   text  = "UKE1" or "UKE2", by its format, ‖ base32( bytes )
 *   bytes = HPKE encapsulated key (32) ‖ ciphertext and tag ‖ CRC-8 (1)
 *   plain = Ed25519 signature (64) ‖ claims in wire form
 *
 * What is the same on every card (COSE and CWT framing) is not carried: both sides build the standard
 * COSE_Sign1 from the claims before signing and verifying. Nor is the reception key named: a city has one or two,
 * and the reader tries them. The CRC tells a misread code from a foreign one.
 */
const FORMATS = {
  1: { prefix: 'UKE1', purpose: 'uketsuke card 1' },
  2: { prefix: 'UKE2', purpose: 'uketsuke card 2' },
} as const satisfies Record<CardFormat, object>;

/** Any card of any format starts so. */
const FAMILY_PREFIX = 'UKE';
const PREFIX_LENGTH = 4;
const SIGNATURE_BYTES = 64;
const CRC_BYTES = 1;

/** No card may have more characters. */
export const CARD_MAX_CHARACTERS = 1_000;
/** Input longer than this is not even looked at. */
export const SCAN_MAX_CHARACTERS = 4_096;

/** Signs a message with the issuer's Ed25519 key. */
export interface CardIssuer {
  readonly keyId: number;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** What a reader of cards trusts and knows. */
export interface CardTrust {
  /** Ed25519 public keys (32 bytes) by issuer key id. */
  readonly issuerKeys: ReadonlyMap<number, Uint8Array>;
  /** The city's private reception keys, newest first. */
  readonly receptionKeys: readonly SealingKey[];
  /** Whether and how the issuer took a card back: `superseded` when a newer card of the household is there. */
  readonly revocationOf: (cardId: CardId) => CardRevocation | undefined;
}

export type CardRevocation = Extract<CardRefusal, 'revoked' | 'superseded'>;

/** An accepted card. An expired card is accepted with a remark (CRD-5). */
export interface OpenedCard {
  readonly claims: CardClaims;
  readonly expired: boolean;
}

/** An issuer from a raw 32-byte Ed25519 private key. */
export function issuerFromPrivateKey(keyId: number, privateKey: Uint8Array): CardIssuer {
  return { keyId, sign: (message) => ed25519.sign(message, privateKey) };
}

/** The public key (32 bytes) of a raw Ed25519 private key. */
export function issuerPublicKey(privateKey: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(privateKey);
}

/**
 * Signs and seals a card.
 * @param ephemeralOf 32 secret bytes for what is sealed, others for anything else: the same card is then the same text
 *   again. Left out, every text is new.
 * @returns the text of the QR code
 * @throws CardTooLargeError when it would exceed CARD_MAX_CHARACTERS
 */
export async function issueCard(
  content: Omit<CardClaims, 'issuerKeyId'>,
  issuer: CardIssuer,
  receptionKey: SealingKey,
  ephemeralOf?: (plain: Uint8Array) => Uint8Array<ArrayBuffer>,
): Promise<string> {
  const claims: CardClaims = { ...content, issuerKeyId: issuer.keyId };
  const { prefix, purpose } = FORMATS[formatOf(claims.household)];
  const signature = await issuer.sign(messageToSign(claims));
  const plain = concat(signature, encodeClaims(claims));
  const body = await seal(receptionKey, purpose, plain, undefined, ephemeralOf?.(plain));
  const text = prefix + encodeBase32(concat(body, Uint8Array.of(crc8(body))));
  if (text.length > CARD_MAX_CHARACTERS) throw new CardTooLargeError(text.length);
  return text;
}

/**
 * Opens and checks what a camera or scanner read.
 * @param nowMs the kiosk's clock, ms since 1970 UTC
 * @throws CardRefusedError with the reason; nothing else for any input whatever
 */
export async function openCard(scanned: string, trust: CardTrust, nowMs: number): Promise<OpenedCard> {
  const { body, format, purpose } = readBody(scanned);
  const plain = await unsealWithAny(trust.receptionKeys, purpose, body);
  const claims = readClaims(plain, format);
  const issuerKey = trust.issuerKeys.get(claims.issuerKeyId);
  if (issuerKey === undefined) throw new CardRefusedError('unknown-issuer');
  if (!verifies(plain.slice(0, SIGNATURE_BYTES), messageToSign(claims), issuerKey))
    throw new CardRefusedError('forged');
  const revocation = trust.revocationOf(claims.cardId);
  if (revocation !== undefined) throw new CardRefusedError(revocation);
  return { claims, expired: nowMs >= expiresAtMs(claims) };
}

/** Folds what different scanners and input methods make of the same code: case, full-width forms, white space. */
export function normalizeScan(scanned: string): string {
  return scanned.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase();
}

function readBody(scanned: string) {
  if (scanned.length > SCAN_MAX_CHARACTERS) throw new CardRefusedError('not-ours');
  const text = normalizeScan(scanned);
  const format = ([1, 2] as const).find((each) => text.startsWith(FORMATS[each].prefix));
  if (!text.startsWith(FAMILY_PREFIX) || !/^[A-Z2-7]*$/.test(text.slice(PREFIX_LENGTH))) {
    throw new CardRefusedError(format === undefined ? 'not-ours' : 'damaged');
  }
  if (format === undefined) throw new CardRefusedError(/^UKE[2-9]/.test(text) ? 'too-new' : 'not-ours');
  if (text.length > CARD_MAX_CHARACTERS) throw new CardRefusedError('damaged');
  const bytes = decodeOrRefuse(text.slice(PREFIX_LENGTH));
  const body = bytes.slice(0, -CRC_BYTES);
  if (body.length === 0 || bytes.at(-1) !== crc8(body)) throw new CardRefusedError('damaged');
  return { body, format, purpose: FORMATS[format].purpose };
}

function decodeOrRefuse(text: string): Uint8Array<ArrayBuffer> {
  try {
    return decodeBase32(text);
  } catch (cause) {
    if (cause instanceof Base32Error) throw new CardRefusedError('damaged', { cause });
    throw cause;
  }
}

async function unsealWithAny(
  keys: readonly SealingKey[],
  purpose: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  for (const key of keys) {
    try {
      return await unseal(key, purpose, sealed);
    } catch (cause) {
      if (!(cause instanceof UnsealError)) throw cause;
    }
  }
  throw new CardRefusedError('foreign');
}

function readClaims(plain: Uint8Array, format: CardFormat): CardClaims {
  try {
    return decodeClaims(plain.slice(SIGNATURE_BYTES), format);
  } catch (cause) {
    if (cause instanceof WireFormatError) throw new CardRefusedError('forged', { cause });
    throw cause;
  }
}

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function messageToSign(claims: CardClaims): Uint8Array {
  return signatureInput(
    protectedHeader(claims.issuerKeyId),
    cwtPayload(claims, decodeBase32(claims.cardId), householdToWire(claims.household)),
  );
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
