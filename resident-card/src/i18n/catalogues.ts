import type { LaterCatalogues } from '@uketsuke/shared/i18n/start-words';
import { ja } from './ja.ts';

/** The catalogue that is there from the start, and stands in for others that cannot be fetched. */
export const CATALOGUES = { ja } as const;

/**
 * Languages that are fetched when wanted, so that a phone on a bad line loads one alone. A new one is one file like
 * `en.ts` and its name here; the picker then shows it, and the tests ask for every text.
 */
export const LATER_CATALOGUES = {
  en: async () => (await import('./en.ts')).en,
} as const satisfies LaterCatalogues;

/** The languages that can be chosen, in the product's order. */
export const AVAILABLE_LANGUAGES = ['ja', 'en'] as const;
