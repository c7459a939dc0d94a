import type { i18n, ParseKeys } from 'i18next';

/** A key of the kiosk's catalogue, such as `scan.ready`. */
export type WordKey = ParseKeys;

/** Whether there are words of that key: for codes that not every place has a sentence of its own for. */
export function isWordKey(words: Pick<i18n, 'exists'>, key: string): key is WordKey {
  return words.exists(key);
}
