import { type IssuedCard, issuedCardSchema } from '@uketsuke/shared/contracts';
import { parseJson } from '@uketsuke/shared/json';
import { type DeclaredHousehold, declaredHouseholdSchema } from '@uketsuke/shared/person';
import * as z from 'zod';

/**
 * The card as this device keeps it. A later program that changes the shape raises the version and turns older
 * ones into its own in `readStoredCard`; an older program leaves a newer card alone.
 */
const STORED_CARD_VERSION = 1;

const storedCardSchema = z.strictObject({
  version: z.literal(STORED_CARD_VERSION),
  ...issuedCardSchema.omit({ residentIds: true }).shape,
  /** With the resident ids the server gave. */
  household: declaredHouseholdSchema,
  /** What the server last said of the card, and when (ISO 8601, UTC). */
  lastState: z.strictObject({ state: z.enum(['valid', 'expired', 'revoked', 'unknown']), checkedAt: z.iso.datetime() }),
});
export type StoredCard = z.infer<typeof storedCardSchema>;
export type CardState = StoredCard['lastState']['state'];

export type StoredCardReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'card'; readonly card: StoredCard }
  /** `newer`: written by a newer version of this app. `damaged`: not readable as a card at all. */
  | { readonly kind: 'unreadable'; readonly reason: 'newer' | 'damaged' };

/** Reads what `storedCardText` wrote. Never throws. */
export function readStoredCard(text: string | null): StoredCardReading {
  if (text === null) return { kind: 'none' };
  const value = parseJson(text);
  const card = storedCardSchema.safeParse(value);
  if (card.success) return { kind: 'card', card: card.data };
  const versioned = z.object({ version: z.number() }).safeParse(value);
  const newer = versioned.success && versioned.data.version > STORED_CARD_VERSION;
  return { kind: 'unreadable', reason: newer ? 'newer' : 'damaged' };
}

/** The card as text for the device's storage. */
export function storedCardText(card: StoredCard): string {
  return JSON.stringify(card);
}

/**
 * The card to keep after the server issued it: the household as sent, with the resident ids of the answer.
 * @param nowIso the device's clock, ISO 8601 UTC
 */
export function storedCardOf(issued: IssuedCard, household: DeclaredHousehold, nowIso: string): StoredCard {
  const { residentIds, ...rest } = issued;
  return {
    version: STORED_CARD_VERSION,
    ...rest,
    household: {
      ...household,
      members: household.members.map((member, at) => {
        const residentId = residentIds[at] ?? member.residentId;
        return residentId === undefined ? member : { ...member, residentId };
      }),
    },
    lastState: { state: 'valid', checkedAt: nowIso },
  };
}
