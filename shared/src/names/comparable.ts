import { normalizeKana } from '../person/kana.ts';
import { usualCharacter } from './usual-character.ts';

/**
 * Names as they are compared, never as they are shown or stored: what different systems write differently for one
 * person becomes the same. Written in `docs/SPEC.md`, FLD-7.
 */

/** Variation selectors, ideographic ones among them, and joiners: they choose a glyph, not a character. */
const GLYPH_CHOICES = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}\u{2060}\u{feff}]|\u{200c}|\u{200d}/gu;
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

const SMALL = 'ァィゥェォヵヶッャュョヮ';
const LARGE = 'アイウエオカケツヤユヨワ';
/** Written alike to the ear; official forms know only one of each pair, and foreign names come in both. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/ヴァ/g, 'バ'],
  [/ヴィ/g, 'ビ'],
  [/ヴェ/g, 'ベ'],
  [/ヴォ/g, 'ボ'],
  [/ヴ/g, 'ブ'],
  [/ヅ/g, 'ズ'],
  [/ヂ/g, 'ジ'],
  [/ヲ/g, 'オ'],
  [/ヱ/g, 'エ'],
  [/ヰ/g, 'イ'],
];
/** The kana of each vowel's row, small ones made large. */
const ROWS = {
  a: 'アカサタナハマヤラワガザダバパ',
  i: 'イキシチニヒミリギジビピ',
  u: 'ウクスツヌフムユルグズブプ',
  e: 'エケセテネヘメレゲゼデベペ',
  o: 'オコソトノホモヨロゴゾドボポ',
} as const;
/** A vowel that only prolongs the one before: オオノ, オウノ and オーノ are one reading, オノ is another. */
const PROLONGED = [
  new RegExp(`([${ROWS.a}])[アー]`, 'g'),
  new RegExp(`([${ROWS.i}])[イー]`, 'g'),
  new RegExp(`([${ROWS.u}])[ウー]`, 'g'),
  new RegExp(`([${ROWS.e}])[エイー]`, 'g'),
  new RegExp(`([${ROWS.o}])[オウー]`, 'g'),
];

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
  const plain = word.replaceAll(/(.)々/gu, '$1$1').toLowerCase().replaceAll(LATIN, plainLatin);
  return soundOf([...plain].map(usualCharacter).join(''));
}

/** A Latin letter without its accents. */
function plainLatin(letter: string): string {
  const base = letter.normalize('NFD').replaceAll(MARKS, '');
  return LATIN_LETTERS[base] ?? base;
}

/** Kana as they sound. */
function soundOf(word: string): string {
  if (!/[ァ-ヺー]/u.test(word)) return word;
  let sound = ALIKE.reduce((text, [written, heard]) => text.replaceAll(written, heard), word);
  sound = sound.replaceAll(/[ァィゥェォヵヶッャュョヮ]/g, (small) => LARGE[SMALL.indexOf(small)] ?? small);
  // Once more for the vowel after a vowel: オオウ.
  for (const prolonged of PROLONGED) sound = sound.replaceAll(prolonged, '$1ー');
  return sound.replaceAll(/ー+/g, 'ー');
}
