import type { EntryProblemCode } from '../errors/error-codes.ts';
import {
  addressSchema,
  type BirthDate,
  type DeclaredHousehold,
  declaredHouseholdSchema,
  NAME_MAX_CHARACTERS,
  normalizeKana,
  OTHER_NEED_MAX_LENGTH,
  parseAddress,
  personNameSchema,
  phoneSchema,
} from '../person/index.ts';
import { readBirthDate } from './birth-date-entry.ts';
import type { DraftMember, HouseholdDraft } from './household-draft.ts';
import { tidyAddress, tidyName, tidyPhone, withoutSpaces } from './written-forms.ts';

type MemberField = 'written' | 'kana' | 'birth' | 'phone' | 'needs' | 'otherNeed';

/** Names one entry of the form, for example `kana-0` or `address`. */
export type EntryName = `${MemberField}-${number}` | 'address';

export interface EntryProblem {
  readonly entry: EntryName;
  readonly code: EntryProblemCode;
}

export type CheckedHousehold =
  | { readonly problems: readonly [EntryProblem, ...EntryProblem[]] }
  | { readonly problems: readonly []; readonly household: DeclaredHousehold };

const ADDRESS_MAX_LENGTH = 120;
const NEEDS_MAX = 16;
/** Katakana with its marks, and what stands between the parts of a name. */
const KATAKANA = /^[ァ-ヺーヽヾ・ ]+$/;

/**
 * Checks all that was typed and makes the household of it.
 * @param today the date in Japan, `YYYY-MM-DD`
 * @returns the household when there is nothing to mend, otherwise the problems in the order of the screen
 */
export function checkHousehold(draft: HouseholdDraft, today: string): CheckedHousehold {
  const problems: EntryProblem[] = [
    ...draft.members.flatMap((member, at) => checkMember(member, at, today)),
    ...samePersonTwice(draft.members, today),
    ...checkAddress(draft),
  ];
  const [first, ...rest] = problems;
  if (first !== undefined) return { problems: [first, ...rest] };
  return { problems: [], household: householdOf(draft, today) };
}

function checkMember(member: DraftMember, at: number, today: string): EntryProblem[] {
  const found: [MemberField, EntryProblemCode | undefined][] = [
    ['written', writtenProblem(tidyName(member.written))],
    ['kana', kanaProblem(normalizeKana(member.kana))],
    ['birth', birthProblem(birthOf(member), today)],
    ['phone', phoneProblem(tidyPhone(member.phone))],
    ['otherNeed', otherNeedProblem(member.otherNeed.trim())],
    ['needs', needsOf(member).length > NEEDS_MAX ? 'too-many-needs' : undefined],
  ];
  return found.flatMap(([field, code]) => (code === undefined ? [] : [{ entry: `${field}-${at}` as const, code }]));
}

function writtenProblem(written: string): EntryProblemCode | undefined {
  if (written === '') return 'name-missing';
  if (written.length > NAME_MAX_CHARACTERS) return 'name-too-long';
  return personNameSchema.safeParse({ written }).success ? undefined : 'name-not-printable';
}

function kanaProblem(kana: string): EntryProblemCode | undefined {
  if (kana === '') return undefined;
  if (kana.length > NAME_MAX_CHARACTERS) return 'kana-too-long';
  return KATAKANA.test(kana) ? undefined : 'kana-not-katakana';
}

function birthProblem(birth: string, today: string): EntryProblemCode | undefined {
  const entry = readBirthDate(birth, today);
  return 'problem' in entry ? entry.problem : undefined;
}

function phoneProblem(phone: string): EntryProblemCode | undefined {
  return phone === '' || phoneSchema.safeParse(phone).success ? undefined : 'phone-not-a-number';
}

function otherNeedProblem(text: string): EntryProblemCode | undefined {
  if (text === '') return undefined;
  if (text.length > OTHER_NEED_MAX_LENGTH) return 'other-need-too-long';
  return personNameSchema.safeParse({ written: text }).success ? undefined : 'other-need-not-printable';
}

/**
 * Asks about a member with the name and birth date of one before: entered twice by mistake, or twins who have no names
 * yet, or a couple of one name of whom only the year of birth is known. Who was said to be another person is one.
 */
function samePersonTwice(members: readonly DraftMember[], today: string): EntryProblem[] {
  const seen = new Set<string>();
  return members.flatMap((member, at) => {
    const name = withoutSpaces(member.written);
    const birth = dateOf(birthOf(member), today) ?? birthOf(member).trim();
    if (name === '' || birth === '') return [];
    const person = `${name} ${birth}`;
    const isAsked = seen.has(person) && member.namesake !== true;
    seen.add(person);
    return isAsked ? [{ entry: `written-${at}` as const, code: 'same-person-twice' as const }] : [];
  });
}

function checkAddress(draft: HouseholdDraft): EntryProblem[] {
  if (draft.withoutAddress) return [];
  const text = tidyAddress(draft.address);
  if (text === '') return [{ entry: 'address', code: 'address-missing' }];
  const address = parseAddress(text);
  if (address.line.length > ADDRESS_MAX_LENGTH) return [{ entry: 'address', code: 'address-too-long' }];
  return addressSchema.safeParse(address).success ? [] : [{ entry: 'address', code: 'address-not-printable' }];
}

function householdOf(draft: HouseholdDraft, today: string): DeclaredHousehold {
  return declaredHouseholdSchema.parse({
    ...(draft.withoutAddress ? {} : { address: parseAddress(tidyAddress(draft.address)) }),
    members: draft.members.map((member) => {
      const kana = normalizeKana(member.kana);
      const birthDate = dateOf(birthOf(member), today);
      const phone = tidyPhone(member.phone);
      return {
        ...(member.residentId === undefined ? {} : { residentId: member.residentId }),
        name: { written: tidyName(member.written), ...(kana === '' ? {} : { kana }) },
        ...(birthDate === undefined ? {} : { birthDate }),
        sex: member.sex,
        ...(phone === '' ? {} : { phone }),
        needs: needsOf(member),
      };
    }),
  });
}

/** What counts as typed of the birth date. */
function birthOf(member: DraftMember): string {
  return member.birthUnknown === true ? '' : member.birth;
}

function dateOf(birth: string, today: string): BirthDate | undefined {
  const entry = readBirthDate(birth, today);
  return 'date' in entry ? entry.date : undefined;
}

function needsOf(member: DraftMember): { kind: string; detail: string }[] {
  const coded = member.needs.map((need) => {
    const [kind = '', detail = ''] = need.split('/');
    return { kind, detail };
  });
  const other = member.otherNeed.trim();
  return other === '' ? coded : [...coded, { kind: 'other', detail: other }];
}
