import { normalizeKana } from '../person/kana.ts';
import { usualCharacter } from './usual-character.ts';

/**
 * Names as they are compared, never as they are shown or stored: what different systems write differently for one
 * person becomes the same. Written in `docs/SPEC.md`, FLD-7.
 */

/** Variation selectors, ideographic ones among them, and joiners: they choose a glyph, not a character. */
const GLYPH_CHOICES = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}\u{2060}\u{feff}]|\u{200c}|\u{200d}/gu;
const HAS_LATIN = /\p{Script=Latin}/u;
const HAS_HAN = /\p{Script=Han}/u;
const LATIN = /\p{Script=Latin}\p{M}*/gu;
const MARKS = /\p{M}/gu;
/** Latin letters that Unicode does not take apart. */
const LATIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};
/** What stands between the parts of a name. */
const BETWEEN_WORDS = /[\s,.、。・·'’‘´`\-‐‑‒–—―]+/u;

/** Kana written otherwise to the same sound: old ones, and small ones, which official forms of the past did not know. */
const SOUNDS_AS: ReadonlyMap<string, string> = new Map(
  ['ァア', 'ィイ', 'ゥウ', 'ェエ', 'ォオ', 'ヵカ', 'ヶケ', 'ッツ', 'ャヤ', 'ュユ', 'ョヨ', 'ヮワ']
    .concat(['ヅズ', 'ヂジ', 'ヲオ', 'ヱエ', 'ヰイ', 'ヴブ'])
    .map(([written = '', heard = '']) => [written, heard]),
);
/** ヴィクトル, ビクトル: what follows ヴ in foreign names, and the kana of one sound. */
const AFTER_VU: ReadonlyMap<string, string> = new Map([
  ['ァ', 'バ'],
  ['ィ', 'ビ'],
  ['ェ', 'ベ'],
  ['ォ', 'ボ'],
]);
const VOWELS = {
  ア: 'アカサタナハマヤラワガザダバパ',
  イ: 'イキシチニヒミリギジビピ',
  ウ: 'ウクスツヌフムユルグズブプ',
  エ: 'エケセテネヘメレゲゼデベペ',
  オ: 'オコソトノホモヨロゴゾドボポ',
} as const;
const VOWEL_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(VOWELS).flatMap(([vowel, kana]) => [...kana].map((each) => [each, vowel] as const)),
);
/** After a kana of the one vowel, the other prolongs it as well: コウ, ケイ. */
const ALSO_PROLONGS: ReadonlyMap<string, string> = new Map([
  ['オ', 'ウ'],
  ['エ', 'イ'],
]);
const LONG = 'ー';

/** The words of a name or of what was typed into a search, each as it is compared. */
export function comparableWords(text: string): string[] {
  return normalizeKana(text)
    .replaceAll(GLYPH_CHOICES, '')
    .split(BETWEEN_WORDS)
    .filter((word) => word !== '')
    .map(comparableWord);
}

/** A name as it is compared, in one piece: spaces between family and given name do not matter. */
export function comparableText(text: string): string {
  return comparableWords(text).join('');
}

/** Under which a name meets others of the same words: in the order written, and in any order. */
export function nameKeys(text: string): readonly string[] {
  const words = comparableWords(text);
  return [...new Set([words.join(''), words.toSorted().join('')])];
}

/** Whether two names are the same name, but for how they are written. */
export function isSameText(left: string, right: string): boolean {
  const keys = nameKeys(left);
  return nameKeys(right).some((key) => keys.includes(key));
}

function comparableWord(word: string): string {
  const small = word.toLowerCase();
  const plain = HAS_LATIN.test(small) ? small.replaceAll(LATIN, plainLatin) : small;
  return soundOf(HAS_HAN.test(plain) ? usualForms(plain) : plain);
}

function usualForms(word: string): string {
  return [...word.replaceAll(/(.)々/gu, '$1$1')].map(usualCharacter).join('');
}

/** A Latin letter without its accents. */
function plainLatin(letter: string): string {
  const base = letter.normalize('NFD').replaceAll(MARKS, '');
  return LATIN_LETTERS[base] ?? base;
}

/** Kana as they sound: オオノ, オウノ and オーノ are one reading, オノ is another. */
function soundOf(word: string): string {
  if (!/[ァ-ヺー]/u.test(word)) return word;
  let sound = '';
  let vowel: string | undefined;
  const characters = [...word];
  for (let at = 0; at < characters.length; at += 1) {
    const written = characters[at] ?? '';
    const foreign = written === 'ヴ' ? AFTER_VU.get(characters[at + 1] ?? '') : undefined;
    if (foreign !== undefined) at += 1;
    const heard = foreign ?? SOUNDS_AS.get(written) ?? written;
    const prolongs = heard === LONG || heard === vowel || (vowel !== undefined && ALSO_PROLONGS.get(vowel) === heard);
    if (vowel !== undefined && prolongs) {
      if (!sound.endsWith(LONG)) sound += LONG;
      continue;
    }
    sound += heard;
    vowel = VOWEL_OF.get(heard);
  }
  return sound;
}
