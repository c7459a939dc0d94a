import { TERMS } from '@uketsuke/shared/i18n';
import type { Need } from '@uketsuke/shared/person';
import type { ConsoleLanguage } from '../words/catalogue.ts';

/** A need in words; free text of kind `other` as it was written. */
export function needWords(need: Need, language: ConsoleLanguage): string {
  const words: Readonly<Record<string, string>> = TERMS[language].need;
  return words[`${need.kind}/${need.detail}`] ?? need.detail;
}
