import { availableLanguages } from '@uketsuke/shared/i18n';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** Languages with a catalogue. A new one is one file like `en.ts` and its name here; the picker then shows it. */
export const CATALOGUES = { ja, en } as const;

/** The languages that can be chosen, in the product's order. */
export const AVAILABLE_LANGUAGES = availableLanguages(CATALOGUES);
