import { chooseLanguage, type Language, TERMS } from '@uketsuke/shared/i18n';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { AVAILABLE_LANGUAGES, CATALOGUES } from './catalogues.ts';
import type { ja } from './ja.ts';

type Terms = (typeof TERMS)['ja'];
/** i18next finds keys only in object types, not in interfaces: hence the mapping. */
type AllWords = typeof ja & { terms: { [Part in keyof Terms]: Terms[Part] } };

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: AllWords };
  }
}

/** Starts i18next with the first language wanted that has a catalogue (BCP 47 tags, best first). */
export async function startWords(wanted: readonly string[]): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: chooseLanguage(wanted, AVAILABLE_LANGUAGES),
    fallbackLng: 'ja',
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(
      AVAILABLE_LANGUAGES.map((language) => [
        language,
        { translation: { ...CATALOGUES[language], terms: termsOf(language) } },
      ]),
    ),
  });
  i18next.on('languageChanged', showLanguage);
  showLanguage();
}

function termsOf(language: Language): unknown {
  const known: Partial<Record<Language, unknown>> = TERMS;
  return known[language] ?? {};
}

function showLanguage(): void {
  document.documentElement.lang = i18next.language;
  document.title = i18next.t('app.name');
}
