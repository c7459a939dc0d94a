import * as z from 'zod';
import { CodedError } from '../coded-error/coded-error.ts';
import { type BirthDate, birthDateSchema } from '../person/birth-date.ts';
import { sexSchema } from '../person/person.ts';

/**
 * The four attributes (券面事項入力補助AP, file `0002`) as the card gives them, except that the name is parted by a plain
 * space; the birth date as far as it is known. The card holds no kana.
 */
export const cardAttributesSchema = z.strictObject({
  /** May be empty: some people have no registered address. */
  address: z.string().max(1_000),
  birthDate: birthDateSchema.nullable(),
  name: z.string().min(1).max(1_000),
  sex: sexSchema,
});
export type CardAttributes = z.infer<typeof cardAttributesSchema>;

/** What the card gave is not the four attributes. The message never holds what was read. */
export class CardAttributesError extends CodedError<'attributes-truncated' | 'attributes-malformed'> {
  override readonly name = 'CardAttributesError';
}

/** Two-byte tags of the file (jpki/myna, soltia48/myna-card; the official specification is not public). */
const TAG = { file: 0xff20, name: 0xdf22, address: 0xdf23, birthDate: 0xdf24, sex: 0xdf25 } as const;

/** Some cards of 2023 put two bytes before the first tag. */
const PREFIX_LENGTHS = [0, 2] as const;

/** Bytes from which `attributesFileLength` can tell the length, whatever the card: prefix, tag, longest length. */
export const ATTRIBUTES_HEAD_BYTES = 8;

/**
 * How many bytes of the file must be read, from its first `ATTRIBUTES_HEAD_BYTES`: up to where the attributes end and
 * the filler begins.
 * @throws CardAttributesError
 */
export function attributesFileLength(head: Uint8Array): number {
  const { contentAt, contentLength } = fileHead(head);
  return contentAt + contentLength;
}

/**
 * Reads the four attributes out of the file's bytes. They stand as tag-length-value with BER lengths (ISO/IEC 8825-1
 * §8.1.3); the offsets of `DF21` repeat what the lengths say and are not relied upon. Unknown tags and the filler
 * behind are passed over. A missing or unknown sex is `unstated`.
 * @throws CardAttributesError attributes-truncated when bytes are missing, attributes-malformed otherwise
 */
export function parseAttributes(bytes: Uint8Array): CardAttributes {
  const { contentAt, contentLength } = fileHead(bytes);
  const end = contentAt + contentLength;
  if (end > bytes.length) throw new CardAttributesError('attributes-truncated', 'the file ends early');
  const values = valuesIn(bytes.subarray(contentAt, end));
  const name = partedBySpace(textOf(values, TAG.name));
  if (name === '') throw new CardAttributesError('attributes-malformed', 'no name');
  const parsed = cardAttributesSchema.safeParse({
    address: textOf(values, TAG.address),
    birthDate: birthDateOf(textOf(values, TAG.birthDate)),
    name,
    sex: sexOf(textOf(values, TAG.sex)),
  });
  if (!parsed.success) throw new CardAttributesError('attributes-malformed', 'an attribute is too long');
  return parsed.data;
}

function fileHead(bytes: Uint8Array): { readonly contentAt: number; readonly contentLength: number } {
  const tagAt = PREFIX_LENGTHS.find((at) => tagOf(bytes, at) === TAG.file);
  if (tagAt === undefined) {
    const isShort = bytes.length < ATTRIBUTES_HEAD_BYTES;
    throw new CardAttributesError(isShort ? 'attributes-truncated' : 'attributes-malformed', 'no attributes tag');
  }
  const { length, next } = lengthAt(bytes, tagAt + 2);
  return { contentAt: next, contentLength: length };
}

function valuesIn(content: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  for (let at = 0; at < content.length; ) {
    const tag = tagOf(content, at);
    if (tag === undefined) throw new CardAttributesError('attributes-malformed', 'half a tag');
    const { length, next } = lengthAt(content, at + 2);
    const end = next + length;
    if (end > content.length) throw new CardAttributesError('attributes-malformed', 'a value ends outside of the file');
    if (values.has(tag)) throw new CardAttributesError('attributes-malformed', 'an attribute twice');
    values.set(tag, content.subarray(next, end));
    at = end;
  }
  return values;
}

function tagOf(bytes: Uint8Array, at: number): number | undefined {
  const high = bytes[at];
  const low = bytes[at + 1];
  return high === undefined || low === undefined ? undefined : (high << 8) | low;
}

/** A definite BER length of one, two or three bytes. */
function lengthAt(bytes: Uint8Array, at: number): { readonly length: number; readonly next: number } {
  const first = bytes[at];
  if (first === undefined) throw new CardAttributesError('attributes-truncated', 'no length');
  if (first < 0x80) return { length: first, next: at + 1 };
  const count = first & 0x7f;
  if (count < 1 || count > 2) throw new CardAttributesError('attributes-malformed', 'a length of a form not in use');
  const digits = bytes.subarray(at + 1, at + 1 + count);
  if (digits.length < count) throw new CardAttributesError('attributes-truncated', 'half a length');
  return { length: digits.reduce((length, digit) => length * 256 + digit, 0), next: at + 1 + count };
}

function textOf(values: ReadonlyMap<number, Uint8Array>, tag: number): string {
  const bytes = values.get(tag);
  if (bytes === undefined) return '';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // Fields are padded behind: with NUL, or with spaces of either width.
    return text.replace(/[\0\s]+$/u, '');
  } catch (cause) {
    throw new CardAttributesError('attributes-malformed', 'text that is not UTF-8', { cause });
  }
}

/** On the card the ideographic space U+3000 stands between family name and given name; everywhere else U+0020 does. */
export function partedBySpace(name: string): string {
  return name.replaceAll(/[\u3000 ]+/g, ' ').trim();
}

/** `YYYYMMDD`; a day or month `00` is one that the register does not know. What is no date is unknown. */
function birthDateOf(digits: string): BirthDate | null {
  if (!/^\d{8}$/.test(digits)) return null;
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)];
  const text = month === '00' ? year : day === '00' ? `${year}-${month}` : `${year}-${month}-${day}`;
  const date = birthDateSchema.safeParse(text);
  return date.success ? date.data : null;
}

/** ISO/IEC 5218: 1 male, 2 female, 9 not applicable, 0 not known. */
function sexOf(code: string): CardAttributes['sex'] {
  switch (code) {
    case '1':
      return 'male';
    case '2':
      return 'female';
    case '9':
      return 'other';
    default:
      return 'unstated';
  }
}
