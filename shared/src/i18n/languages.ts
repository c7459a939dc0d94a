/** Languages of the product (BCP 47); `ja-Hira` is やさしい日本語. Screens start with those they have a catalogue for. */
export const LANGUAGES = ['ja', 'ja-Hira', 'en', 'zh-Hans', 'zh-Hant', 'ko', 'vi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  ja: '日本語',
  'ja-Hira': 'やさしい にほんご',
  en: 'English',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
  ko: '한국어',
  vi: 'Tiếng Việt',
};

/**
 * The first available language among those wanted (browser preference order), else Japanese.
 * `zh-TW`, `zh-HK` and `zh-MO` mean traditional script, other `zh` simplified.
 */
export function chooseLanguage(wanted: readonly string[], available: readonly Language[]): Language {
  for (const tag of wanted) {
    const language = languageOf(tag);
    if (language !== undefined && available.includes(language)) return language;
  }
  return 'ja';
}

function languageOf(tag: string): Language | undefined {
  const lower = tag.toLowerCase();
  if (lower === 'ja-hira') return 'ja-Hira';
  if (lower.startsWith('zh')) return /hant|tw|hk|mo/.test(lower) ? 'zh-Hant' : 'zh-Hans';
  return LANGUAGES.find((language) => language === lower.split('-')[0]);
}
