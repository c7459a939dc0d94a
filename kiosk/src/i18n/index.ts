import { availableLanguages } from '@uketsuke/shared/i18n';
import { startWords, storedLanguage, type TextStorage } from '@uketsuke/shared/i18n/start-words';
import type { i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** Catalogues of the kiosk by language. A further language is one more file here and in shared/i18n. */
export const CATALOGUES = { ja, en } as const;
export const KIOSK_LANGUAGES = availableLanguages(CATALOGUES);

const MEMORY_KEY = 'uketsuke.language';

/** Starts the words in the language last chosen on this laptop; Japanese at first. */
export function startLanguages(
  memory: TextStorage,
  page: { readonly documentElement: { lang: string }; title: string },
): Promise<i18n> {
  return startWords({
    catalogues: CATALOGUES,
    memory: storedLanguage(memory, MEMORY_KEY),
    wanted: [],
    page,
    title: (words) => words.t('app.name'),
    plugins: [initReactI18next],
  });
}
