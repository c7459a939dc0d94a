import * as z from 'zod';
import { residentIdSchema } from '../identifiers/index.ts';
import { type DeclaredHousehold, formatAddress, HOUSEHOLD_MAX_MEMBERS, sexSchema } from '../person/index.ts';
import { withoutSpaces } from './written-forms.ts';

/** One member exactly as typed; nothing is checked or tidied here, so that nothing typed is ever lost. */
const draftMemberSchema = z.strictObject({
  /** Tells members of one draft apart on the screen. */
  key: z.string(),
  /** Known when the member is already a resident here or on a card. */
  residentId: residentIdSchema.optional(),
  written: z.string(),
  kana: z.string(),
  birth: z.string(),
  sex: sexSchema,
  phone: z.string(),
  /** Coded needs as `kind/detail`. */
  needs: z.array(z.string()),
  otherNeed: z.string(),
  /** Somebody said that this is another person than the one of the same name and birth date before. */
  namesake: z.boolean().optional(),
  /** Nobody knows the birth date: chosen, not only left empty. What was typed stays, and does not count. */
  birthUnknown: z.boolean().optional(),
});
export type DraftMember = z.infer<typeof draftMemberSchema>;

/** A household as it has been typed so far. */
export const householdDraftSchema = z.strictObject({
  members: z.array(draftMemberSchema).min(1).max(HOUSEHOLD_MAX_MEMBERS),
  address: z.string(),
  /** No address is wanted, or there is none. */
  withoutAddress: z.boolean(),
});
export type HouseholdDraft = z.infer<typeof householdDraftSchema>;

/** A draft with one empty member. `newKey` gives a different text on each call. */
export function emptyHousehold(newKey: () => string): HouseholdDraft {
  return { members: [emptyMember(newKey())], address: '', withoutAddress: false };
}

/** A member with nothing typed. */
export function emptyMember(key: string): DraftMember {
  return { key, written: '', kana: '', birth: '', sex: 'unstated', phone: '', needs: [], otherNeed: '' };
}

/** A member with other entries. Who has another name or birth date may again be somebody who is there already. */
export function changedMember(member: DraftMember, part: Partial<DraftMember>): DraftMember {
  const isRenamed = part.written !== undefined || part.birth !== undefined;
  const { namesake, ...rest } = member;
  return isRenamed || namesake === undefined ? { ...rest, ...part } : { ...rest, namesake, ...part };
}

/** Whether anything was typed that would be missed. */
export function hasContent(draft: HouseholdDraft): boolean {
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
 * A known household as a draft, to be changed.
 * @param keepsIds whether the members stay the residents they are; otherwise they are entered anew
 */
export function draftOfHousehold(
  household: DeclaredHousehold,
  newKey: () => string,
  keepsIds: boolean,
): HouseholdDraft {
  const seen = new Set<string>();
  const isNamesake = ({ name, birthDate }: DeclaredHousehold['members'][number]) => {
    const person = `${withoutSpaces(name.written)} ${birthDate}`;
    const before = seen.has(person);
    seen.add(person);
    return before;
  };
  return {
    members: household.members.map((member) => ({
      key: newKey(),
      // They are on one card, so somebody has said that they are two.
      ...(isNamesake(member) ? { namesake: true } : {}),
      ...(keepsIds && member.residentId !== undefined ? { residentId: member.residentId } : {}),
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
  };
}
