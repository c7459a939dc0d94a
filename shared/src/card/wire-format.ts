import { decode, encode } from 'cborg';
import * as z from 'zod';
import { CodedError } from '../coded-error/coded-error.ts';
import { decodeBase32, encodeBase32 } from '../identifiers/base32.ts';
import { needCode, needOfCode } from '../person/needs.ts';
import { type Household, type Person, type Sex, sexSchema } from '../person/person.ts';
import { type CardClaims, type CardFormat, cardClaimsSchema, formatOf } from './claims.ts';
import { decodeCompactText, encodeCompactText } from './compact-text.ts';

/**
 * The card's inner bytes: a CBOR array (RFC 8949, deterministic encoding §4.2) with positions for names.
 *
 *   [issuer key id, card id, issue day, years valid, municipality or 0, address line or null, [person, …]]
 *   person: [resident id, written name, kana or null, birth date or null, sex, need, …]
 *   person in format 2: [resident id, written name, kana or null, birth date or null, sex, phone or null, need, …]
 *
 * Text is compact bytes (compact-text.ts) or UTF-8 text where that is shorter or needed. A birth date known to
 * the day is a number of days since 1900-01-01, else text. A need is its number, or text for `other`. A telephone
 * number is two digits a byte, a leading + as A, an odd one filled up with F.
 */
const SEX_CODES: readonly Sex[] = ['unstated', 'male', 'female', 'other'];
const BIRTH_EPOCH_MS = Date.UTC(1900, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const text = z.union([z.string(), bytes]);
const numberOrText = z.union([z.int().min(0), z.string()]);
const particulars = [bytes, text, text.nullable(), numberOrText.nullable(), z.int().min(0)] as const;
const personWires = {
  1: z.tuple(particulars, numberOrText),
  2: z.tuple([...particulars, bytes.nullable()], numberOrText),
} as const;
const cardWire = z.tuple([z.int(), bytes, z.int(), z.int(), z.int().min(0), text.nullable(), z.array(z.unknown())]);
type PersonWire = z.infer<(typeof personWires)[CardFormat]>;

/** The household's part of the wire form; also the value of the CWT's household claim. */
export type HouseholdWire = readonly [number, string | Uint8Array | null, readonly PersonWire[]];

/** The inner bytes are not a card of this format. */
export class WireFormatError extends CodedError<'wire-format'> {
  override readonly name = 'WireFormatError';
  constructor(options?: ErrorOptions) {
    super('wire-format', 'not the inner bytes of a card', options);
  }
}

/** The household in wire form. */
export function householdToWire(household: Household): HouseholdWire {
  const { address } = household;
  const format = formatOf(household);
  return [
    address?.municipality === undefined ? 0 : Number(address.municipality),
    address === undefined ? null : encodeText(address.line),
    household.members.map((person) => personToWire(person, format)),
  ];
}

/** The claims as inner bytes. */
export function encodeClaims(claims: CardClaims): Uint8Array {
  const [municipality, line, members] = householdToWire(claims.household);
  return encode([
    claims.issuerKeyId,
    decodeBase32(claims.cardId),
    claims.issuedDay,
    claims.validYears,
    municipality,
    line,
    members,
  ]);
}

/**
 * The claims of inner bytes. Only the one deterministic encoding of a card is taken, in the one format that it has.
 * @throws WireFormatError
 */
export function decodeClaims(inner: Uint8Array, format: CardFormat): CardClaims {
  try {
    const [issuerKeyId, cti, issuedDay, validYears, municipality, line, members] = cardWire.parse(
      decode(inner, { strict: true, rejectDuplicateMapKeys: true, useMaps: true, allowIndefinite: false }),
    );
    const claims = cardClaimsSchema.parse({
      issuerKeyId,
      cardId: encodeBase32(cti),
      issuedDay,
      validYears,
      household: {
        ...(line === null
          ? {}
          : {
              address: {
                ...(municipality === 0 ? {} : { municipality: String(municipality) }),
                line: decodeText(line),
              },
            }),
        members: members.map((member) => personFromWire(member, format)),
      },
    });
    if (formatOf(claims.household) !== format || !sameBytes(encodeClaims(claims), inner)) throw new WireFormatError();
    return claims;
  } catch (cause) {
    throw cause instanceof WireFormatError ? cause : new WireFormatError({ cause });
  }
}

function personToWire(person: Person, format: CardFormat): PersonWire {
  const needs = person.needs.map((need) => needCode(need) ?? need.detail);
  const known = particularsToWire(person);
  if (format === 1) return [...known, ...needs];
  return [...known, person.phone === undefined ? null : phoneToWire(person.phone), ...needs];
}

function particularsToWire(person: Person) {
  return [
    decodeBase32(person.residentId),
    encodeText(person.name.written),
    person.name.kana === undefined ? null : encodeText(person.name.kana),
    person.birthDate === undefined ? null : birthDateToWire(person.birthDate),
    SEX_CODES.indexOf(person.sex),
  ] as const;
}

function personFromWire(member: unknown, format: CardFormat): unknown {
  if (format === 1) {
    const [residentId, written, kana, birthDate, sex, ...needs] = personWires[1].parse(member);
    return personOf([residentId, written, kana, birthDate, sex], null, needs);
  }
  const [residentId, written, kana, birthDate, sex, phone, ...needs] = personWires[2].parse(member);
  return personOf([residentId, written, kana, birthDate, sex], phone, needs);
}

function personOf(
  known: z.infer<z.ZodTuple<typeof particulars>>,
  phone: Uint8Array | null,
  needs: readonly (number | string)[],
): unknown {
  const [residentId, written, kana, birthDate, sex] = known;
  return {
    residentId: encodeBase32(residentId),
    name: { written: decodeText(written), ...(kana === null ? {} : { kana: decodeText(kana) }) },
    ...(birthDate === null ? {} : { birthDate: birthDateFromWire(birthDate) }),
    sex: sexSchema.parse(SEX_CODES[sex]),
    ...(phone === null ? {} : { phone: phoneFromWire(phone) }),
    needs: needs.map((need) => (typeof need === 'string' ? { kind: 'other', detail: need } : needOfCode(need))),
  };
}

function encodeText(value: string): string | Uint8Array {
  const compact = encodeCompactText(value);
  return compact !== undefined && compact.length <= new TextEncoder().encode(value).length ? compact : value;
}

function decodeText(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : decodeCompactText(value);
}

function birthDateToWire(date: string): number | string {
  return date.length === 10 ? Math.round((Date.parse(`${date}T00:00:00Z`) - BIRTH_EPOCH_MS) / DAY_MS) : date;
}

function birthDateFromWire(wire: number | string): string {
  return typeof wire === 'string' ? wire : new Date(BIRTH_EPOCH_MS + wire * DAY_MS).toISOString().slice(0, 10);
}

function phoneToWire(phone: string): Uint8Array {
  const digits = phone.replace('+', 'A');
  const even = digits.length % 2 === 0 ? digits : `${digits}F`;
  return Uint8Array.from({ length: even.length / 2 }, (_, at) => Number.parseInt(even.slice(2 * at, 2 * at + 2), 16));
}

function phoneFromWire(wire: Uint8Array): string {
  const digits = [...wire].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^a/, '+').replace(/f$/, '');
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
