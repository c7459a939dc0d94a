import { LANGUAGES, type Language } from './languages.ts';
import { TERMS, type Terms } from './terms.ts';

/** An app's words by language, nested by subject. */
export type Catalogues = Readonly<Partial<Record<Language, object>>> & { readonly ja: object };

/**
 * i18next's resources of a language, for its types: the app's own words and, under `terms`, those of the domain.
 * i18next finds keys only in object types, not in interfaces: hence the mapping.
 */
export type AllWords<Words extends object> = {
  translation: Words & { terms: { [Part in keyof Terms]: Terms[Part] } };
};

/** The languages that can be chosen, in the product's order: those in which every text of the Japanese is there. */
export function availableLanguages(catalogues: Catalogues): readonly Language[] {
  return LANGUAGES.filter((language) => {
    const words = catalogues[language];
    const terms = termsOf(language);
    if (words === undefined || terms === undefined) return false;
    return hasEveryText(words, catalogues.ja) && hasEveryText(terms, TERMS.ja);
  });
}

/** The domain's terms in a language; undefined while nobody has translated them. */
export function termsOf(language: Language): Terms | undefined {
  const known: Partial<Record<Language, Terms>> = TERMS;
  return known[language];
}

/** Every text of a catalogue by its key, such as `form.name.label`. */
export function textsOf(part: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(part).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...textsOf(value, `${prefix}${key}.`)],
    ),
  );
}

function hasEveryText(words: object, japanese: object): boolean {
  const texts = textsOf(words);
  return [...textsOf(japanese).keys()].every((key) => (texts.get(key) ?? '').trim() !== '');
}
