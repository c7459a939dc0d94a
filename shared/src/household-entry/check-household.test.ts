import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newResidentId } from '../identifiers/index.ts';
import { anyHousehold } from '../person/any-household-testing.ts';
import { declaredHouseholdSchema, type Need, type PersonName } from '../person/index.ts';
import { sampleHouseholds, seededBytes } from '../sample-households/index.ts';
import { checkHousehold } from './check-household.ts';
import {
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

  it('finds a person entered twice', () => {
    const twin = { ...emptyMember('b'), written: '熊本花子', birth: '1980-02-17' };
    const draft = draftWith({ birth: '1980-02-17' });
    expect(checkHousehold({ ...draft, members: [...draft.members, twin] }, TODAY).problems).toEqual([
      { entry: 'written-1', code: 'same-person-twice' },
    ]);
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
