import type { AllWords } from '@uketsuke/shared/i18n';
import { type LanguageMemory, startWords } from '@uketsuke/shared/i18n/start-words';
import { initReactI18next } from 'react-i18next';
import { CATALOGUES, LATER_CATALOGUES } from './catalogues.ts';
import type { ja } from './ja.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: AllWords<typeof ja>;
  }
}

/** Starts the words in the language chosen on this phone, else the first one wanted (BCP 47 tags, best first). */
export async function startCardWords(memory: LanguageMemory, wanted: readonly string[]): Promise<void> {
  await startWords({
    catalogues: CATALOGUES,
    later: LATER_CATALOGUES,
    memory,
    wanted,
    page: document,
    title: (words) => words.t('app.name'),
    plugins: [initReactI18next],
  });
}
