import { encode } from 'cborg';
import * as z from 'zod';
import { cardIdSchema } from '../identifiers/identifiers.ts';
import { type Household, householdSchema } from '../person/person.ts';

/** Years a card stays valid unless the issuer says otherwise. A disaster does not wait for a renewal. */
export const CARD_VALIDITY_YEARS = 5;

/** Day 0 of a card's issue date. */
const EPOCH_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The claims of a card, as the program uses them. */
export const cardClaimsSchema = z.strictObject({
  issuerKeyId: z.int().min(1).max(65_535),
  cardId: cardIdSchema,
  /** Whole days since 2020-01-01 UTC. */
  issuedDay: z.int().min(0).max(65_535),
  validYears: z.int().min(1).max(100),
  household: householdSchema,
});
export type CardClaims = z.infer<typeof cardClaimsSchema>;

/** The day number of a moment (ms since 1970 UTC). */
export function issueDayOf(nowMs: number): number {
  return Math.floor((nowMs - EPOCH_MS) / DAY_MS);
}

/** When the card was issued, ms since 1970 UTC, to the day. */
export function issuedAtMs(claims: Pick<CardClaims, 'issuedDay'>): number {
  return EPOCH_MS + claims.issuedDay * DAY_MS;
}

/** The first moment at which the card counts as expired, ms since 1970 UTC. */
export function expiresAtMs(claims: Pick<CardClaims, 'issuedDay' | 'validYears'>): number {
  const date = new Date(issuedAtMs(claims));
  date.setUTCFullYear(date.getUTCFullYear() + claims.validYears);
  return date.getTime();
}

/**
 * The forms in which a card carries a household. 2 has a place for telephone numbers, and only a household with one is
 * written in it: what programs from before it read stays readable to them.
 */
export type CardFormat = 1 | 2;

/** The format in which a household is written. */
export function formatOf(household: Household): CardFormat {
  return household.members.some(({ phone }) => phone !== undefined) ? 2 : 1;
}

/**
 * CWT claim keys (RFC 8392 §4); the household is private use (§9.1: below -65536), a key for each format, so that a
 * signature over one says nothing of the other.
 */
const CWT = { exp: 4, iat: 6, cti: 7, household: { 1: -65_537, 2: -65_538 } } as const;
/** COSE header parameters (RFC 9052 §3.1) and algorithm EdDSA (RFC 9053 §2.2). */
const COSE = { alg: 1, kid: 4, eddsa: -8 } as const;

/** CBOR of the protected header: algorithm and issuer key id (two bytes, big-endian). */
export function protectedHeader(issuerKeyId: number): Uint8Array {
  const kid = Uint8Array.of(issuerKeyId >> 8, issuerKeyId & 0xff);
  return encode(
    new Map<number, number | Uint8Array>([
      [COSE.alg, COSE.eddsa],
      [COSE.kid, kid],
    ]),
  );
}

/** CBOR of the CWT claims set, from the claims and the household in its wire form. */
export function cwtPayload(claims: CardClaims, cti: Uint8Array, wireHousehold: unknown): Uint8Array {
  return encode(
    new Map<number, unknown>([
      [CWT.exp, expiresAtMs(claims) / 1000],
      [CWT.iat, issuedAtMs(claims) / 1000],
      [CWT.cti, cti],
      [CWT.household[formatOf(claims.household)], wireHousehold],
    ]),
  );
}

/** The bytes that are signed: Sig_structure of COSE_Sign1 (RFC 9052 §4.4) without external data. */
export function signatureInput(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encode(['Signature1', header, new Uint8Array(), payload]);
}

/** The standard COSE_Sign1 array (RFC 9052 §4.2), untagged: what other COSE tools can check. */
export function coseSign1(header: Uint8Array, payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return encode([header, new Map(), payload, signature]);
}
