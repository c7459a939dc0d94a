import type { Language } from '@uketsuke/shared/i18n';
import { startWords, storedLanguage } from '@uketsuke/shared/i18n/start-words';
import { initReactI18next, useTranslation } from 'react-i18next';
import { CATALOGUES, CONSOLE_LANGUAGES } from './catalogue.ts';

const STORAGE_KEY = 'uketsuke-hq-language';

/** Starts the words in the language last chosen on this PC, else the browser's, else Japanese. */
export async function startConsoleWords(): Promise<void> {
  await startWords({
    catalogues: CATALOGUES,
    memory: storedLanguage(localStorage, STORAGE_KEY),
    wanted: navigator.languages,
    page: document,
    title: (words) => words.t('title'),
    plugins: [initReactI18next],
  });
}

/** The page's present language. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return CONSOLE_LANGUAGES.find((language) => language === i18n.language) ?? 'ja';
}
