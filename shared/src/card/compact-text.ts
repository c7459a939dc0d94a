import { CodedError } from '../coded-error/coded-error.ts';

/**
 * Short bytes for Japanese names and addresses. UTF-8 spends three bytes on every kana and kanji, and a
 * code of fewer characters is a coarser code that reads from further away.
 *
 * A byte below 0xAE is one of 174 frequent characters or words (the table below, fixed for card format 1); a
 * byte from 0xAE starts a pair for one of the 20,992 characters U+4E00–U+9FFF. The longest match wins, so a
 * text has one encoding. One byte turns the kana that follow into hiragana and back. Text with any other character is carried as UTF-8 (see wire-format.ts).
 */
const CHARACTERS =
  '0123456789-ー ・' +
  'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロワヲンヴヵヶ' +
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ' +
  '町本田山川村中大小々﨑東西南北島井野木原高松藤佐子美一番号区市';

/** Words of addresses. Longer ones first where one begins another. */
const WORDS = [
  'マンション',
  'レジデンス',
  'アパート',
  'グランド',
  'ロイヤル',
  'ハイツ',
  'コーポ',
  'メゾン',
  'パーク',
  '水前寺',
  'ビル',
  '団地',
  '住宅',
  '市営',
  '県営',
  '号室',
  '号棟',
  '丁目',
  '番地',
];

const FIRST_PAIR_BYTE = 0xae;
const FIRST_PAIRED = 0x4e00;
const LAST_PAIRED = 0x9fff;

/** Stands for no text: switches the kana that follow between katakana and hiragana. */
const KANA_SHIFT = '';
const SINGLES = [...CHARACTERS, ...WORDS, KANA_SHIFT];
const KANA_SHIFT_BYTE = SINGLES.length - 1;
const HIRAGANA_OFFSET = 0x60;
const BYTE_OF = new Map(SINGLES.map((single, byte) => [single, byte]));
const LONGEST_SINGLE = 5;

/** The bytes are not compact text. */
export class CompactTextError extends CodedError<'compact-text'> {
  override readonly name = 'CompactTextError';
  constructor() {
    super('compact-text', 'not compact text');
  }
}

/** Compact bytes, or `undefined` when a character has none. */
export function encodeCompactText(text: string): Uint8Array | undefined {
  const characters = [...text];
  const bytes: number[] = [];
  let hiragana = false;
  for (let at = 0; at < characters.length; ) {
    const isHiragana = /[ぁ-ん]/.test(characters[at] ?? '');
    if (isHiragana) characters[at] = shiftKana(characters[at] ?? '', HIRAGANA_OFFSET);
    const single = longestSingleAt(characters, at, isHiragana ? 1 : LONGEST_SINGLE);
    if (single !== undefined) {
      if (isHiragana !== hiragana && /[ァ-ヶ]/.test(SINGLES[single.byte] ?? '')) {
        bytes.push(KANA_SHIFT_BYTE);
        hiragana = isHiragana;
      }
      bytes.push(single.byte);
      at += single.length;
      continue;
    }
    const codePoint = characters[at]?.codePointAt(0) ?? 0;
    if (codePoint < FIRST_PAIRED || codePoint > LAST_PAIRED) return undefined;
    const offset = codePoint - FIRST_PAIRED;
    bytes.push(FIRST_PAIR_BYTE + (offset >> 8), offset & 0xff);
    at += 1;
  }
  return Uint8Array.from(bytes);
}

function longestSingleAt(
  characters: readonly string[],
  at: number,
  longest: number,
): { byte: number; length: number } | undefined {
  for (let length = Math.min(longest, characters.length - at); length > 0; length -= 1) {
    const byte = BYTE_OF.get(characters.slice(at, at + length).join(''));
    if (byte !== undefined) return { byte, length };
  }
  return undefined;
}

/**
 * The text of compact bytes.
 * @throws CompactTextError
 */
export function decodeCompactText(bytes: Uint8Array): string {
  let text = '';
  let hiragana = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < FIRST_PAIR_BYTE) {
      const single = SINGLES[byte];
      if (single === undefined) throw new CompactTextError();
      if (byte === KANA_SHIFT_BYTE) hiragana = !hiragana;
      text += hiragana ? single.replaceAll(/[ァ-ン]/g, (kana) => shiftKana(kana, -HIRAGANA_OFFSET)) : single;
      continue;
    }
    at += 1;
    const low = bytes[at];
    if (low === undefined) throw new CompactTextError();
    text += String.fromCodePoint(FIRST_PAIRED + ((byte - FIRST_PAIR_BYTE) << 8) + low);
  }
  return text;
}

function shiftKana(kana: string, by: number): string {
  return String.fromCodePoint((kana.codePointAt(0) ?? 0) + by);
}
