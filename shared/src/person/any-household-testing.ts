import fc from 'fast-check';
import { encodeBase32 } from '../identifiers/base32.ts';
import { residentIdSchema } from '../identifiers/identifiers.ts';
import { birthDateSchema } from './birth-date.ts';
import { MUNICIPALITIES } from './municipalities.ts';
import { NEED_CODES, type Need } from './needs.ts';
import {
  type Address,
  addressSchema,
  type Household,
  householdSchema,
  type Person,
  type PersonName,
  personNameSchema,
  personSchema,
  sexSchema,
} from './person.ts';

/** One arbitrary for each field there is: a new field without one does not compile. */
type FieldsOf<Whole> = { readonly [Field in keyof Required<Whole>]: fc.Arbitrary<Whole[Field]> };

const perhaps = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const twoDigits = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((number) => String(number).padStart(2, '0'));

const latin = fc.constantFrom('Nguyễn Thị Hương', 'ශ්‍රී ලාල්', 'علی‌رضا', 'Zoë 𠮷野', 'O’Brien-İ');
const written = (maxLength: number) =>
  fc.oneof(
    latin,
    fc.stringMatching(/^[一-龥ぁ-んァ-ヶ々ー・ A-Za-z0-9-]+$/u, { maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
  );
const isName = (text: string) => personNameSchema.safeParse({ written: text }).data?.written === text;
const isLine = (line: string) => addressSchema.safeParse({ line }).data?.line === line;

const name: FieldsOf<PersonName> = {
  kana: perhaps(written(20).filter(isName)),
  written: written(20).filter(isName),
};
const day = fc.tuple(fc.integer({ min: 1900, max: 2026 }).map(String), twoDigits(1, 12), twoDigits(1, 28));
const birthDate = fc
  .tuple(day, fc.integer({ min: 1, max: 3 }))
  .map(([parts, known]) => birthDateSchema.parse(parts.slice(0, known).join('-')));
const need: fc.Arbitrary<Need> = fc.oneof(
  fc.constantFrom(...NEED_CODES).map(({ kind, detail }) => ({ kind, detail })),
  fc
    .oneof(fc.constantFrom('0963000000', '+819012345678'), fc.string({ minLength: 1, maxLength: 20 }))
    .map((detail) => ({
      kind: 'other' as const,
      detail,
    })),
);
const person: FieldsOf<Person> = {
  birthDate: perhaps(birthDate),
  name: fc.record(name).map(withoutUndefined),
  needs: fc.array(need, { maxLength: 4 }),
  phone: perhaps(fc.stringMatching(/^\+?[0-9]{10,15}$/)),
  residentId: fc
    .uint8Array({ minLength: 7, maxLength: 7 })
    .map((bytes) => residentIdSchema.parse(encodeBase32(bytes).slice(0, 12))),
  sex: fc.constantFrom(...sexSchema.options),
};
const address: FieldsOf<Address> = {
  line: written(40).filter(isLine),
  municipality: perhaps(fc.constantFrom(...MUNICIPALITIES.keys())),
};
const household: FieldsOf<Household> = {
  address: perhaps(fc.record(address).map(withoutUndefined)),
  members: fc.uniqueArray(fc.record(person).map(withoutUndefined), {
    minLength: 1,
    maxLength: 3,
    selector: ({ residentId }) => residentId,
  }),
};

/** Households with anything that a household may hold, in each field there is. */
export const anyHousehold: fc.Arbitrary<Household> = fc.record(household).map(withoutUndefined);

/** Each thing of a household with the fields that are made here and those that there are. */
export const HOUSEHOLD_FIELDS = [
  ['household', household, householdSchema.shape],
  ['person', person, personSchema.shape],
  ['name', name, personNameSchema.shape],
  ['address', address, addressSchema.shape],
] as const;

/** Leaves out what is `undefined`: parsed data has no such members. */
function withoutUndefined<Whole extends object>(whole: Whole): Whole {
  const known = { ...whole };
  for (const [key, value] of Object.entries(whole)) if (value === undefined) Reflect.deleteProperty(known, key);
  return known;
}
