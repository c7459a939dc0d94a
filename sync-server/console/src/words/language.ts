import { chooseLanguage } from '@uketsuke/shared/i18n';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { CONSOLE_LANGUAGES, type ConsoleLanguage, RESOURCES } from './catalogue.ts';

const STORAGE_KEY = 'uketsuke-hq-language';

/** Starts i18next in the language last chosen on this PC, else the browser's, else Japanese. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: RESOURCES,
    lng: firstLanguage(),
    fallbackLng: 'ja',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  showLanguage();
  i18next.on('languageChanged', showLanguage);
}

/** Changes the page's language and remembers it on this PC. */
export async function changeLanguage(language: ConsoleLanguage): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language);
  await i18next.changeLanguage(language);
}

/** The page's present language. */
export function useLanguage(): ConsoleLanguage {
  return asConsoleLanguage(useTranslation().i18n.language);
}

function firstLanguage(): ConsoleLanguage {
  const chosen = localStorage.getItem(STORAGE_KEY);
  return asConsoleLanguage(
    chooseLanguage(chosen === null ? navigator.languages : [chosen, ...navigator.languages], CONSOLE_LANGUAGES),
  );
}

function asConsoleLanguage(tag: string): ConsoleLanguage {
  return CONSOLE_LANGUAGES.find((language) => language === tag) ?? 'ja';
}

function showLanguage(): void {
  document.documentElement.lang = i18next.language;
  document.title = i18next.t('title');
}
