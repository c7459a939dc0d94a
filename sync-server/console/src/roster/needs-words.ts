import { type Language, TERMS, termsOf } from '@uketsuke/shared/i18n';
import type { Need } from '@uketsuke/shared/person';

/** A need in words; free text of kind `other` as it was written. */
export function needWords(need: Need, language: Language): string {
  const words: Readonly<Record<string, string>> = (termsOf(language) ?? TERMS.ja).need;
  return words[`${need.kind}/${need.detail}`] ?? need.detail;
}
