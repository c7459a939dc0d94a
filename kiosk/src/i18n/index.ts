import { LANGUAGES, TERMS } from '@uketsuke/shared/i18n';
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { z } from 'zod';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** Catalogues of the kiosk by language. A further language is one more file here and in shared/i18n. */
export const CATALOGUES = { ja, en } as const;
export const KIOSK_LANGUAGES = LANGUAGES.filter((language) => language in CATALOGUES);

const MEMORY_KEY = 'uketsuke.language';
const storedSchema = z.enum(['ja', 'en']).catch('ja');

/** What of the page changes with its language. */
interface PageLanguage {
  readonly documentElement: { lang: string };
  title: string;
}

/** Starts i18next in the language last chosen on this laptop; Japanese at first. */
export async function startLanguages(
  memory: Pick<Storage, 'getItem' | 'setItem'>,
  document: PageLanguage,
): Promise<i18n> {
  const languages = i18next.createInstance();
  languages.on('languageChanged', (language) => {
    document.documentElement.lang = language;
    document.title = languages.t('app.name');
    memory.setItem(MEMORY_KEY, language);
  });
  await languages.use(initReactI18next).init({
    lng: storedSchema.parse(memory.getItem(MEMORY_KEY)),
    fallbackLng: 'ja',
    resources: {
      ja: { translation: { ...ja, terms: TERMS.ja } },
      en: { translation: { ...en, terms: TERMS.en } },
    },
    interpolation: { escapeValue: false },
  });
  return languages;
}
