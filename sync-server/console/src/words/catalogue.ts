import { availableLanguages } from '@uketsuke/shared/i18n';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** The page's own words by language. */
export const CATALOGUES = { ja, en } as const;

/** Languages the headquarters page speaks. */
export const CONSOLE_LANGUAGES = availableLanguages(CATALOGUES);
