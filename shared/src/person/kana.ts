/**
 * Kana as the register writes it: full-width katakana. Half-width katakana and full-width Latin
 * letters are folded by NFKC (Unicode UAX #15); hiragana is shifted to katakana; runs of white space
 * become one U+0020.
 */
export function normalizeKana(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[ぁ-ゖゝゞ]/g, (hiragana) => String.fromCodePoint((hiragana.codePointAt(0) ?? 0) + 0x60))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A name without any white space and with small differences folded, for comparing and searching. */
export function foldForSearch(text: string): string {
  return normalizeKana(text).replaceAll(' ', '').toLocaleLowerCase('ja');
}
