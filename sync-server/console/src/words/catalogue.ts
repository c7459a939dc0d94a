import { type Language, TERMS } from '@uketsuke/shared/i18n';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** Languages the headquarters page speaks. */
export const CONSOLE_LANGUAGES = ['ja', 'en'] as const satisfies readonly Language[];
export type ConsoleLanguage = (typeof CONSOLE_LANGUAGES)[number];

/** i18next resources: the page's own words and, under `terms`, those of the domain. */
export const RESOURCES = {
  ja: { translation: { ...ja, terms: { ...TERMS.ja } } },
  en: { translation: { ...en, terms: { ...TERMS.en } } },
} as const;
