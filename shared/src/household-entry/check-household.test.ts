import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newResidentId } from '../identifiers/index.ts';
import { anyHousehold } from '../person/any-household-testing.ts';
import { declaredHouseholdSchema, type Need, type PersonName } from '../person/index.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/index.ts';
import { checkHousehold } from './check-household.ts';
import {
  changedMember,
  type DraftMember,
  draftOfHousehold,
  emptyHousehold,
  emptyMember,
  type HouseholdDraft,
  hasContent,
  householdDraftSchema,
} from './household-draft.ts';

const TODAY = '2026-11-22';
let keys = 0;
const newKey = () => `key-${keys++}`;

function draftWith(member: Partial<DraftMember>, rest: Partial<HouseholdDraft> = {}): HouseholdDraft {
  return {
    ...emptyHousehold(newKey),
    address: '熊本市中央区手取本町1-1',
    ...rest,
    members: [{ ...emptyMember('a'), written: '熊本 花子', ...member }],
  };
}

function householdOf(draft: HouseholdDraft) {
  const checked = checkHousehold(draft, TODAY);
  if (!('household' in checked)) throw new Error(`not accepted: ${JSON.stringify(checked.problems)}`);
  return checked.household;
}

/** The form has one entry for what no list has. */
const onlyOneOther = (needs: readonly Need[]) => needs.filter(({ kind }) => kind === 'other').length <= 1;

describe('a draft becomes a household', () => {
  it('with names, kana, date, phone and needs in the form of the card', () => {
    const household = householdOf(
      draftWith({
        written: ' 熊本　花子 ',
        kana: 'ｸﾏﾓﾄ はなこ',
        birth: '昭和55年2月17日',
        sex: 'female',
        phone: '０９６−１２３ー4567',
        needs: ['allergy/egg', 'care-level/care-2'],
        otherNeed: ' 夜は付き添いが必要 ',
      }),
    );
    expect(household).toEqual({
      address: { municipality: '43101', line: '手取本町1-1' },
      members: [
        {
          name: { written: '熊本 花子', kana: 'クマモト ハナコ' },
          birthDate: '1980-02-17',
          sex: 'female',
          phone: '0961234567',
          needs: [
            { kind: 'allergy', detail: 'egg' },
            { kind: 'care-level', detail: 'care-2' },
            { kind: 'other', detail: '夜は付き添いが必要' },
          ],
        },
      ],
    });
  });

  it('leaving out what is not known', () => {
    expect(householdOf(draftWith({}, { withoutAddress: true, address: 'half typed' }))).toEqual({
      members: [{ name: { written: '熊本 花子' }, sex: 'unstated', needs: [] }],
    });
  });

  it.each([
    ['〒860-0001 熊本市中央区手取本町１－１', '43101', '手取本町1-1'],
    ['860‐0001熊本県熊本市東区健軍３丁目２ー１０', '43102', '健軍3丁目2-10'],
    ['福岡県福岡市博多区１−１', undefined, '福岡県福岡市博多区1-1'],
    ['熊本市西区春日7丁目 \n グランドメゾン302', '43103', '春日7丁目 グランドメゾン302'],
  ])('address %s', (address, municipality, line) => {
    expect(householdOf(draftWith({}, { address })).address).toEqual(
      municipality === undefined ? { line } : { municipality, line },
    );
  });

  it('keeps resident ids only where the members stay who they are', () => {
    const [household] = sampleHouseholds(7, 1, 3).map((one) => declaredHouseholdSchema.parse(one));
    if (household === undefined) throw new Error('no sample');
    const again = householdOf(draftOfHousehold(household, newKey, true));
    expect(again.members.map((member) => member.residentId)).toEqual(household.members.map((m) => m.residentId));
    const anew = householdOf(draftOfHousehold(household, newKey, false));
    expect(anew.members.every((member) => member.residentId === undefined)).toBe(true);
  });

  it('gives back every field of any household, as tidied', () => {
    fc.assert(
      fc.property(anyHousehold, (any) => {
        const inKatakana = ({ written, kana }: PersonName) =>
          kana === undefined ? { written } : { written, kana: 'カナ' };
        const sample = { ...any, members: any.members.map((one) => ({ ...one, name: inKatakana(one.name) })) };
        const draft = draftOfHousehold(declaredHouseholdSchema.parse(sample), newKey, true);
        const checked = checkHousehold(draft, TODAY);
        fc.pre('household' in checked && sample.members.every(({ needs }) => onlyOneOther(needs)));
        for (const [at, person] of sample.members.entries()) {
          const again = householdOf(draft).members[at];
          expect(Object.keys(again ?? {}).toSorted()).toEqual(Object.keys(person).toSorted());
          expect([again?.phone, again?.sex, again?.residentId]).toEqual([person.phone, person.sex, person.residentId]);
        }
      }),
    );
  });

  it('gives every sample household back unchanged', () => {
    for (const sample of sampleHouseholds(11, 200)) {
      const household = declaredHouseholdSchema.parse(sample);
      const draft = draftOfHousehold(household, newKey, true);
      expect(householdOf(householdDraftSchema.parse(JSON.parse(JSON.stringify(draft))))).toEqual(household);
    }
  });
});

describe('a birth date that nobody knows (HHE-2)', () => {
  it.each(['', '1980-02-30', '昭和', '1980-02-17', '3000'])('is none, whatever was typed before: %s', (birth) => {
    const household = householdOf(draftWith({ birth, birthUnknown: true }));
    expect(household.members[0]).not.toHaveProperty('birthDate');
  });

  it('counts again as typed once it is known after all', () => {
    const household = householdOf(draftWith({ birth: '1980-02-17', birthUnknown: false }));
    expect(household.members[0]?.birthDate).toBe('1980-02-17');
  });
});

describe('a draft with problems', () => {
  it.each<[Partial<DraftMember>, string]>([
    [{ written: '  ' }, 'name-missing'],
    [{ written: '花'.repeat(101) }, 'name-too-long'],
    [{ written: 'a\u202eb' }, 'name-not-printable'],
    [{ kana: '花子' }, 'kana-not-katakana'],
    [{ kana: 'Hanako' }, 'kana-not-katakana'],
    [{ kana: 'ア'.repeat(101) }, 'kana-too-long'],
    [{ birth: '1980-02-30' }, 'birth-not-a-date'],
    [{ phone: '123-4567' }, 'phone-not-a-number'],
    [{ otherNeed: 'あ'.repeat(41) }, 'other-need-too-long'],
    [{ otherNeed: 'a\u200bb' }, 'other-need-not-printable'],
    [{ needs: Array.from({ length: 17 }, () => 'pet/dog') }, 'too-many-needs'],
  ])('%j: %s', (member, code) => {
    expect(checkHousehold(draftWith(member), TODAY).problems).toEqual([expect.objectContaining({ code })]);
  });

  it.each<[Partial<HouseholdDraft>, string]>([
    [{ address: ' ' }, 'address-missing'],
    [{ address: '〒860-0001' }, 'address-missing'],
    [{ address: 'あ'.repeat(121) }, 'address-too-long'],
    [{ address: 'あ\u0007い' }, 'address-not-printable'],
  ])('%j: %s', (rest, code) => {
    expect(checkHousehold(draftWith({}, rest), TODAY).problems).toEqual([expect.objectContaining({ code })]);
  });

  it('names them in the order of the screen', () => {
    const { problems } = checkHousehold(emptyHousehold(newKey), TODAY);
    expect(problems.map((problem) => problem.entry)).toEqual(['written-0', 'address']);
  });
});

describe('two of one name and birth date (HHE-1)', () => {
  const asked = [{ entry: 'written-1', code: 'same-person-twice' }];
  const two = (first: Partial<DraftMember>, second: Partial<DraftMember> = first): HouseholdDraft => {
    const draft = draftWith(first);
    return { ...draft, members: [...draft.members, { ...emptyMember('b'), written: '熊本花子', ...second }] };
  };

  it.each<[string, Partial<DraftMember>, Partial<DraftMember>?]>([
    ['entered twice', { birth: '1980-02-17' }],
    ['with the date written otherwise', { birth: '1980-02-17' }, { birth: '昭和55年2月17日' }],
    ['twins without a name yet', { written: '赤ちゃん', birth: '2026-11-20' }],
    ['of whom only the year is known', { written: 'Maria Santos', birth: '1955' }],
    ['in letters with joiners', { written: 'ශ්‍රී ලාල්', birth: '1990-01-01' }],
  ])('%s: a question, and a yes goes on', (_what, first, second) => {
    const draft = two(first, second);
    expect(checkHousehold(draft, TODAY).problems).toEqual(asked);
    const [one, other] = draft.members;
    if (one === undefined || other === undefined) throw new Error('no members');
    const answered = { ...draft, members: [one, changedMember(other, { namesake: true })] };
    const household = householdOf(answered);
    expect(household.members).toHaveLength(2);
    // On a card they have been said to be two: changing it asks nobody again.
    const ids = household.members.map((member, at) => ({ ...member, residentId: newResidentId(seededBytes(at + 1)) }));
    const again = draftOfHousehold({ ...household, members: ids }, newKey, true);
    expect(householdOf(householdDraftSchema.parse(JSON.parse(JSON.stringify(again)))).members).toHaveLength(2);
  });

  it('is asked again once the name or the date is another, and of a third', () => {
    const [one, other] = two({ birth: '1980-02-17' }).members;
    if (one === undefined || other === undefined) throw new Error('no members');
    const confirmed = changedMember(other, { namesake: true });
    expect(changedMember(confirmed, { kana: 'ハナコ' }).namesake).toBe(true);
    for (const part of [{ written: '熊本 花子' }, { birth: '1980-02-17' }]) {
      const draft = { ...draftWith({}), members: [one, changedMember(confirmed, part)] };
      expect(checkHousehold(draft, TODAY).problems).toEqual(asked);
    }
    const three = { ...draftWith({}), members: [one, confirmed, { ...other, key: 'c' }] };
    expect(checkHousehold(three, TODAY).problems).toEqual([{ entry: 'written-2', code: 'same-person-twice' }]);
  });

  it('is not asked where nothing is known but the name', () => {
    expect(checkHousehold(two({}), TODAY).problems).toEqual([]);
  });
});

describe('a draft', () => {
  it('has content once anything is typed or chosen', () => {
    expect(hasContent(emptyHousehold(newKey))).toBe(false);
    expect(hasContent(draftWith({ written: '', sex: 'male' }, { address: '' }))).toBe(true);
    expect(hasContent(draftWith({}))).toBe(true);
  });

  it('refuses a resident id that is not one', () => {
    const id = newResidentId(seededBytes(1));
    const draft = { ...emptyHousehold(newKey), members: [{ ...emptyMember('a'), residentId: id }] };
    expect(householdDraftSchema.safeParse(draft).success).toBe(true);
    const wrong = { ...draft, members: [{ ...emptyMember('a'), residentId: 'x' }] };
    expect(householdDraftSchema.safeParse(wrong).success).toBe(false);
  });
});
