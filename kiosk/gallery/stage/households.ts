import { newResidentId } from '@uketsuke/shared/identifiers';
import { birthDateSchema, type Household, type Need } from '@uketsuke/shared/person';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';

/** An invented household; the same number gives the same one. */
export function householdOf(number: number, members: number): Household {
  const [household] = sampleHouseholds(1_000 + number, 1, members);
  if (household === undefined) throw new Error('no sample');
  return household;
}

interface NamedPerson {
  readonly written: string;
  readonly kana: string;
  readonly born?: string;
  readonly needs?: readonly Need[];
}

/** An invented household with the names that a screen has to find room for. */
export function householdNamed(people: readonly NamedPerson[]): Household {
  const bytes = seededBytes(people.length + people.map(({ written }) => written.length).reduce((a, b) => a + b, 0));
  return {
    members: people.map(({ written, kana, born = '1980-02-17', needs = [] }) => ({
      residentId: newResidentId(bytes),
      name: { written, kana },
      birthDate: birthDateSchema.parse(born),
      sex: 'unstated',
      needs: [...needs],
    })),
  };
}

/** The same people as another phone of the family has them: under other resident ids. */
export function onAnotherPhone(household: Household): Household {
  const bytes = seededBytes(household.members.length + 77);
  return {
    ...household,
    members: household.members.map((member) => ({ ...member, residentId: newResidentId(bytes) })),
  };
}
