import { type Language, TERMS } from '@uketsuke/shared/i18n';
import { en } from './en.ts';
import { ja } from './ja.ts';

type Words<Tree> = { readonly [Key in keyof Tree]: Tree[Key] extends string ? string : Words<Tree[Key]> };

/** The keys of a catalogue, as Japanese has them. */
export type Catalogue = Words<typeof ja>;

/** Languages the headquarters page speaks. */
export const CONSOLE_LANGUAGES = ['ja', 'en'] as const satisfies readonly Language[];
export type ConsoleLanguage = (typeof CONSOLE_LANGUAGES)[number];

/** i18next resources: the page's own words and, under `terms`, those of the domain. */
export const RESOURCES = {
  ja: { translation: { ...ja, terms: { ...TERMS.ja } } },
  en: { translation: { ...en, terms: { ...TERMS.en } } },
} as const;
