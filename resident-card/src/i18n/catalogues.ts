import { LANGUAGES, type Language } from '@uketsuke/shared/i18n';
import { en } from './en.ts';
import { type Catalogue, ja } from './ja.ts';

/** Languages with a catalogue. A new one is one file like `en.ts` and its name here; the picker then shows it. */
export const CATALOGUES: Readonly<Partial<Record<Language, Catalogue>>> = { ja, en };

/** The languages that can be chosen, in the product's order. */
export const AVAILABLE_LANGUAGES: readonly Language[] = LANGUAGES.filter(
  (language) => CATALOGUES[language] !== undefined,
);
