import * as z from 'zod';
import { residentIdSchema } from '../identifiers/identifiers.ts';
import { birthDateSchema } from './birth-date.ts';
import { MUNICIPALITIES } from './municipalities.ts';
import { needSchema } from './needs.ts';

/**
 * Control characters have no place in a name or an address and can spoof what a screen shows. Joiners (U+200C, U+200D)
 * between letters belong to the writing of Sinhala, Persian, Hindi and others (Unicode UAX #31, 2.3).
 */
const PRINTABLE =
  /^(?:[^\p{Cc}\p{Cs}\p{Co}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|(?<=[\p{L}\p{M}])[\u200c\u200d](?=[\p{L}\p{M}]))*$/u;

/** Most characters of a name; passports have longer ones than Japanese registers. */
export const NAME_MAX_CHARACTERS = 100;

const printable = (maxLength: number) =>
  z.string().trim().min(1).max(maxLength).regex(PRINTABLE, 'contains a control character');

/** A name as written (usually kanji) and, where there is one, its reading in katakana. */
export const personNameSchema = z.strictObject({
  kana: printable(NAME_MAX_CHARACTERS).optional(),
  written: printable(NAME_MAX_CHARACTERS),
});
export type PersonName = z.infer<typeof personNameSchema>;

/** Sex as the family register and ISO/IEC 5218 know it; `unstated` when not told. */
export const sexSchema = z.enum(['female', 'male', 'other', 'unstated']);
export type Sex = z.infer<typeof sexSchema>;

/** Digits with optional leading +, 10 to 15 of them (ITU-T E.164). */
export const phoneSchema = z.string().regex(/^\+?\d{10,15}$/);

export const personSchema = z.strictObject({
  birthDate: birthDateSchema.optional(),
  name: personNameSchema,
  needs: z.array(needSchema).max(16),
  phone: phoneSchema.optional(),
  residentId: residentIdSchema,
  sex: sexSchema,
});
export type Person = z.infer<typeof personSchema>;

/** An address: a municipality by its number where the table has it, and the rest as text. */
export const addressSchema = z.strictObject({
  line: printable(120),
  municipality: z
    .string()
    .refine((code) => MUNICIPALITIES.has(code), 'not a municipality of the table')
    .optional(),
});
export type Address = z.infer<typeof addressSchema>;

/** Most members one card or one admission may hold. */
export const HOUSEHOLD_MAX_MEMBERS = 12;

/** People who live together and come together. Members are distinct. */
export const householdSchema = z.strictObject({
  address: addressSchema.optional(),
  members: z
    .array(personSchema)
    .min(1)
    .max(HOUSEHOLD_MAX_MEMBERS)
    .refine((members) => new Set(members.map((member) => member.residentId)).size === members.length, {
      message: 'the same resident twice',
    }),
});
export type Household = z.infer<typeof householdSchema>;

/** A household as people declare it: ids are not known of those who are entered for the first time. */
export const declaredHouseholdSchema = z.strictObject({
  address: householdSchema.shape.address,
  members: z
    .array(z.strictObject({ ...personSchema.shape, residentId: residentIdSchema.optional() }))
    .min(1)
    .max(HOUSEHOLD_MAX_MEMBERS),
});
export type DeclaredHousehold = z.infer<typeof declaredHouseholdSchema>;

/** The address in one line, as written on an envelope. */
export function formatAddress(address: Address): string {
  const municipality = address.municipality === undefined ? '' : (MUNICIPALITIES.get(address.municipality) ?? '');
  return municipality + address.line;
}

/** Splits a written address into a municipality of the table and the rest; the prefecture may be left out. */
export function parseAddress(text: string): Address {
  const trimmed = text.normalize('NFC').trim();
  for (const [code, name] of MUNICIPALITIES) {
    for (const prefix of [name, name.replace('熊本県', '')]) {
      const line = trimmed.slice(prefix.length).trim();
      if (trimmed.startsWith(prefix) && line !== '') return { municipality: code, line };
    }
  }
  return { line: trimmed };
}
