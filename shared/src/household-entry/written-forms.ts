/** Dashes and the long-vowel mark as people type them between numbers of an address or a telephone number. */
const DASHES = /[-‐‑‒–—―−ーｰ－]/g;

/** A telephone number as the card carries it: digits, with a leading + when typed so. Marks between digits go. */
export function tidyPhone(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(DASHES, '')
    .replaceAll(/[\s().]/g, '');
}

/**
 * An address as written on an envelope, in one form: a postal code in front is dropped (the card has no place
 * for it), full-width digits and dashes between numbers become plain ones, which also keeps the code small.
 */
export function tidyAddress(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/^\s*〒?\s*\d{3}[-‐‑–—−ー]?\d{4}\s*/, '')
    .replaceAll(/(?<=\d)[‐‑‒–—―−ー](?=\d)/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A written name: its characters as typed (variants of kanji matter), one plain space between parts. */
export function tidyName(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A written name without its spaces, which people set or leave out. */
export function withoutSpaces(name: string): string {
  return name.replaceAll(/\s+/g, '');
}
