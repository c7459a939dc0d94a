import type { EntryProblemCode } from '@uketsuke/shared/errors';
import {
  checkHousehold,
  draftOfHousehold,
  type EntryName,
  emptyHousehold,
  householdDraftSchema,
} from '@uketsuke/shared/household-entry';
import { type CardId, cardIdSchema } from '@uketsuke/shared/identifiers';
import type { DeclaredHousehold } from '@uketsuke/shared/person';
import * as z from 'zod';

/** What the resident has typed so far, kept on the device until a card comes of it. */
export const cardDraftSchema = z.strictObject({
  ...householdDraftSchema.shape,
  version: z.literal(1),
  /** The card this draft will replace; absent for a first card. */
  replaces: cardIdSchema.optional(),
  consent: z.boolean(),
});
export type CardDraft = z.infer<typeof cardDraftSchema>;

/** Names one entry of the form. */
export type CardEntryName = EntryName | 'consent';

export interface CardEntryProblem {
  readonly entry: CardEntryName;
  readonly code: EntryProblemCode;
}

export type CheckedCardDraft =
  | { readonly problems: readonly [CardEntryProblem, ...CardEntryProblem[]] }
  | { readonly problems: readonly []; readonly household: DeclaredHousehold };

/** A draft with one empty member. `newKey` gives a different text on each call. */
export function emptyCardDraft(newKey: () => string): CardDraft {
  return { version: 1, ...emptyHousehold(newKey), consent: false };
}

/**
 * A draft with the household of an existing card in it.
 * @param replaces the card to re-issue; when absent, members get no resident ids, as for a first card
 */
export function cardDraftOf(household: DeclaredHousehold, newKey: () => string, replaces?: CardId): CardDraft {
  return {
    version: 1,
    ...(replaces === undefined ? {} : { replaces }),
    ...draftOfHousehold(household, newKey, replaces !== undefined),
    consent: false,
  };
}

/**
 * Checks all that was typed, and the consent.
 * @param today the date in Japan, `YYYY-MM-DD`
 * @returns the household when there is nothing to mend, otherwise the problems in the order of the screen
 */
export function checkCardDraft(draft: CardDraft, today: string): CheckedCardDraft {
  const checked = checkHousehold(draft, today);
  if (draft.consent) return checked;
  const missing: CardEntryProblem = { entry: 'consent', code: 'consent-missing' };
  const [first, ...rest] = checked.problems;
  return { problems: first === undefined ? [missing] : [first, ...rest, missing] };
}
