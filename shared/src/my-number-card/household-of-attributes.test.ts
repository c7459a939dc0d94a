import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residentIdSchema } from '../identifiers/identifiers.ts';
import { birthDateSchema, householdSchema } from '../person/index.ts';
import type { CardAttributes } from './attributes.ts';
import { householdOfAttributes, memberOfAttributes } from './household-of-attributes.ts';

const RESIDENT = residentIdSchema.parse('ABCDEFGHIJKL');
const hanako: CardAttributes = {
  name: '熊本 花子',
  address: '熊本県熊本市中央区手取本町１番１号',
  birthDate: birthDateSchema.parse('1980-02-17'),
  sex: 'female',
};

describe('the household of a card', () => {
  it('is one person, whose reading stays unknown', () => {
    expect(householdOfAttributes(hanako, RESIDENT)).toEqual({
      address: { municipality: '43101', line: '手取本町１番１号' },
      members: [
        { residentId: RESIDENT, name: { written: '熊本 花子' }, birthDate: '1980-02-17', sex: 'female', needs: [] },
      ],
    });
  });

  it('has no birth date and no address where the card has none', () => {
    const { address, members } = householdOfAttributes({ ...hanako, address: '', birthDate: null }, RESIDENT);
    expect([address, members[0]?.birthDate]).toEqual([undefined, undefined]);
  });

  it('shows a character without a code as 〓, and shortens what is too long', () => {
    expect(householdOfAttributes({ ...hanako, name: '\ue000田 太郎' }, RESIDENT).members[0]?.name.written).toBe(
      '〓田 太郎',
    );
    const long = householdOfAttributes({ ...hanako, name: 'A'.repeat(130), address: '番'.repeat(300) }, RESIDENT);
    expect(long.members[0]?.name.written).toBe(`${'A'.repeat(99)}…`);
    expect(long.address?.line).toBe(`${'番'.repeat(119)}…`);
  });

  it('can be recorded, whatever stands on the card', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
        fc.string({ maxLength: 400, unit: 'binary' }),
        (name, address) => {
          const household = householdOfAttributes({ ...hanako, name, address }, RESIDENT);
          expect(householdSchema.safeParse(household).error).toBeUndefined();
        },
      ),
    );
  });

  it('is recognised in a registered household by name and birth date', () => {
    const registered = householdOfAttributes({ ...hanako, name: '熊本　花子' }, RESIDENT);
    expect(memberOfAttributes(registered, hanako)?.residentId).toBe(RESIDENT);
    expect(memberOfAttributes(registered, { ...hanako, birthDate: null })?.residentId).toBe(RESIDENT);
    expect(
      memberOfAttributes(registered, { ...hanako, birthDate: birthDateSchema.parse('1981-02-17') }),
    ).toBeUndefined();
    expect(memberOfAttributes(registered, { ...hanako, name: '熊本 太郎' })).toBeUndefined();
  });
});
