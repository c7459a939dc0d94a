import { createHash } from 'node:crypto';
import type { Fact, IssuedCard } from '@uketsuke/shared/contracts';
import { type CardId, cardIdSchema, type ResidentId } from '@uketsuke/shared/identifiers';
import type { DeclaredHousehold } from '@uketsuke/shared/person';
import { canonicalJson } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import { RequestRefusedError } from '../http/request-refused.ts';

/**
 * All that is kept of a card (CRD-9). The hashes are SHA-256 over the management token and a resident id, or what was
 * declared: with the token, which the server does not keep, a re-issue or a repeated request can be checked; without
 * it they say nothing.
 */
export const cardRecordSchema = z.object({
  issuedAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  tokenHash: z.string(),
  memberHashes: z.array(z.string()),
  /** Only of cards that were asked for with a request id. */
  declaredHash: z.string().optional(),
  /** The card that was issued in place of this one; decided once. */
  replacedBy: cardIdSchema.optional(),
  /** Somebody revoked the card itself: it must not be told of as merely replaced. */
  withdrawn: z.boolean().optional(),
  /** How often the household's cards were issued anew since then; absent before it was. */
  reissues: z.object({ since: z.string(), count: z.int().min(1) }).optional(),
});
export type CardRecord = z.infer<typeof cardRecordSchema>;

/** A household's cards are issued anew so often in a day: each time all kiosks of the city have to be told (SYN-14). */
const REISSUES_MAX = 10;
const REISSUES_WITHIN_MS = 24 * 60 * 60 * 1_000;

/**
 * The count for one more card in the place of another.
 * @param now ms since 1970 UTC
 * @throws RequestRefusedError `too-many-attempts` (429)
 */
export function nextReissue(before: CardRecord['reissues'], now: number): CardRecord['reissues'] {
  const end = before === undefined ? 0 : Date.parse(before.since) + REISSUES_WITHIN_MS;
  if (before === undefined || end <= now) return { since: new Date(now).toISOString(), count: 1 };
  if (before.count < REISSUES_MAX) return { ...before, count: before.count + 1 };
  throw new RequestRefusedError(429, 'too-many-attempts', 'the card was issued anew too often today', {
    retryAfterSeconds: Math.ceil((end - now) / 1_000),
  });
}

/** The record of a card that has just been made. */
export function recordOf(card: IssuedCard, declared?: DeclaredHousehold): CardRecord {
  return {
    issuedAt: card.issuedAt,
    expiresAt: card.expiresAt,
    revokedAt: null,
    tokenHash: hashUnder(card.managementToken, card.cardId),
    memberHashes: card.residentIds.map((residentId) => hashUnder(card.managementToken, residentId)).sort(),
    ...(declared === undefined ? {} : { declaredHash: hashUnder(card.managementToken, canonicalJson(declared)) }),
  };
}

/** Whether the token is that of the card. */
export function isTokenOf(record: CardRecord, cardId: CardId, token: string): boolean {
  return record.tokenHash === hashUnder(token, cardId);
}

/** Whether the resident is on the card. */
export function isMemberOf(record: CardRecord, token: string, residentId: ResidentId): boolean {
  return record.memberHashes.includes(hashUnder(token, residentId));
}

/** Whether the card was issued for exactly this. */
export function wasIssuedFor(record: CardRecord, token: string, declared: DeclaredHousehold): boolean {
  return record.declaredHash === hashUnder(token, canonicalJson(declared));
}

/** What kiosks are told of a revoked card. */
export function revocationFact(cardId: CardId, { expiresAt, replacedBy, withdrawn }: CardRecord): Fact {
  const replaced = replacedBy === undefined || withdrawn === true ? {} : { replacedBy };
  return { id: `revoked-card:${cardId}`, kind: 'revoked-card', cardId, expiresAt, ...replaced };
}

/** The token has 256 random bits: a plain hash cannot be reversed, and comparing hashes tells nothing of the token. */
function hashUnder(token: string, content: string): string {
  return createHash('sha256').update(`${token}\n${content}`).digest('base64url');
}
