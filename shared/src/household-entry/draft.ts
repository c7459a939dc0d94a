import { z } from 'zod';
import { type DeclaredHousehold, type IssueCardRequest, issueCardRequestSchema } from '../contracts/index.ts';
import { cardIdSchema, residentIdSchema } from '../identifiers/index.ts';
import { formatAddress, HOUSEHOLD_MAX_MEMBERS, sexSchema } from '../person/index.ts';

/** One member exactly as typed; nothing is checked or tidied here, so that nothing typed is ever lost. */
const draftMemberSchema = z.strictObject({
  /** Tells members of one draft apart on the screen. */
  key: z.string(),
  /** Known when the member is already on a card; kept when the card is re-issued. */
  residentId: residentIdSchema.optional(),
  written: z.string(),
  kana: z.string(),
  birth: z.string(),
  sex: sexSchema,
  phone: z.string(),
  /** Coded needs as `kind/detail`. */
  needs: z.array(z.string()),
  otherNeed: z.string(),
});
export type DraftMember = z.infer<typeof draftMemberSchema>;

/** What the resident has typed so far, kept on the device until a card comes of it. */
export const draftSchema = z.strictObject({
  version: z.literal(1),
  /** The card this draft will replace; absent for a first card. */
  replaces: cardIdSchema.optional(),
  members: z.array(draftMemberSchema).min(1).max(HOUSEHOLD_MAX_MEMBERS),
  address: z.string(),
  /** The resident does not want an address on the card, or has none. */
  withoutAddress: z.boolean(),
  consent: z.boolean(),
});
export type Draft = z.infer<typeof draftSchema>;

/** A draft with one empty member. `newKey` gives a different text on each call. */
export function emptyDraft(newKey: () => string): Draft {
  return { version: 1, members: [emptyMember(newKey())], address: '', withoutAddress: false, consent: false };
}

/** A member with nothing typed. */
export function emptyMember(key: string): DraftMember {
  return { key, written: '', kana: '', birth: '', sex: 'unstated', phone: '', needs: [], otherNeed: '' };
}

/** Whether the resident has typed anything that would be missed. */
export function hasContent(draft: Draft): boolean {
  return (
    draft.address !== '' ||
    draft.members.length > 1 ||
    draft.members.some(
      ({ written, kana, birth, phone, needs, otherNeed, sex }) =>
        [written, kana, birth, phone, otherNeed].some((text) => text !== '') || needs.length > 0 || sex !== 'unstated',
    )
  );
}

/**
 * A draft with the household of an existing card in it.
 * @param replaces the card to re-issue; when absent, members get no resident ids, as for a first card
 */
export function draftOf(
  household: DeclaredHousehold,
  newKey: () => string,
  replaces?: z.infer<typeof cardIdSchema>,
): Draft {
  return {
    version: 1,
    ...(replaces === undefined ? {} : { replaces }),
    members: household.members.map((member) => ({
      key: newKey(),
      ...(replaces === undefined || member.residentId === undefined ? {} : { residentId: member.residentId }),
      written: member.name.written,
      kana: member.name.kana ?? '',
      birth: member.birthDate ?? '',
      sex: member.sex,
      phone: member.phone ?? '',
      needs: member.needs.filter(({ kind }) => kind !== 'other').map(({ kind, detail }) => `${kind}/${detail}`),
      otherNeed: member.needs.find(({ kind }) => kind === 'other')?.detail ?? '',
    })),
    address: household.address === undefined ? '' : formatAddress(household.address),
    withoutAddress: household.address === undefined,
    consent: false,
  };
}

/** The request of a checked household; consent was given on the screen. */
export function issueRequest(household: DeclaredHousehold): IssueCardRequest {
  return issueCardRequestSchema.parse({ household, consent: true });
}
