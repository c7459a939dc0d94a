import i18next, { type BackendModule, type i18n, type Module } from 'i18next';
import { availableLanguages, type Catalogues, termsOf } from './catalogues.ts';
import { chooseLanguage, LANGUAGES, type Language } from './languages.ts';

/** Where the language that somebody chose on this device is remembered. */
export interface LanguageMemory {
  language(): string | undefined;
  keepLanguage(language: string): void;
}

/** How to fetch the words of languages. */
export type LaterCatalogues = Readonly<Partial<Record<Language, () => Promise<object>>>>;

/** A browser's storage, as far as it is needed here. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface WordsStart {
  readonly catalogues: Catalogues;
  /** Catalogues that are fetched when their language is wanted; complete, as nobody can look into them before. */
  readonly later?: LaterCatalogues;
  readonly memory: LanguageMemory;
  /** What to speak before anybody chose, BCP 47, best first; the browser's languages, or none for Japanese. */
  readonly wanted: readonly string[];
  /** What of the page changes with its language. */
  readonly page: { readonly documentElement: { lang: string }; title: string };
  readonly title: (words: i18n) => string;
  /** What else i18next is to use, such as React's binding. */
  readonly plugins: readonly Module[];
}

/**
 * Starts i18next in the language chosen on this device, else in the first one wanted that is there, else in Japanese.
 * From then on the page's language and title follow, and what is chosen is remembered.
 */
export async function startWords(start: WordsStart): Promise<i18n> {
  const { catalogues, memory, page } = start;
  const later = start.later ?? {};
  const ready = availableLanguages(catalogues);
  const available = LANGUAGES.filter((language) => ready.includes(language) || later[language] !== undefined);
  const chosen = memory.language();
  const words = i18next.createInstance();
  for (const plugin of start.plugins) words.use(plugin);
  words.use(fetchedLater(later));
  await words.init({
    partialBundledLanguages: true,
    lng: chooseLanguage(chosen === undefined ? start.wanted : [chosen, ...start.wanted], available),
    fallbackLng: 'ja',
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(
      ready.map((language) => [language, { translation: { ...catalogues[language], terms: termsOf(language) } }]),
    ),
  });
  const show = () => {
    page.documentElement.lang = words.language;
    page.title = start.title(words);
  };
  show();
  words.on('languageChanged', (language) => {
    show();
    memory.keepLanguage(language);
  });
  return words;
}

/** Gives i18next the catalogues that are not there from the start; where one cannot be had, Japanese stands in for it. */
function fetchedLater(later: LaterCatalogues): BackendModule {
  return {
    type: 'backend',
    init: () => undefined,
    read: (language, _namespace, done) => {
      const known = LANGUAGES.find((each) => each === language);
      const fetching = known === undefined ? undefined : later[known]?.();
      if (known === undefined || fetching === undefined) return done(null, {});
      fetching.then(
        (words) => done(null, { ...words, terms: termsOf(known) }),
        (error: unknown) => done(error instanceof Error ? error : new Error('not fetched'), false),
      );
    },
  };
}

/** Remembers the language in a browser's storage under `key`. Where nothing can be kept, the choice holds till the end. */
export function storedLanguage(storage: TextStorage, key: string): LanguageMemory {
  return {
    language: () => storage.getItem(key) ?? undefined,
    keepLanguage: (language) => {
      try {
        storage.setItem(key, language);
      } catch {
        // Full or switched off: nothing is lost but the choice.
      }
    },
  };
}
