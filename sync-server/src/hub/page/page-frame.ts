import { en } from './en.ts';
import { type HubWords, ja } from './ja.ts';
import { STYLE_PATH } from './style.ts';

const LANGUAGES = { ja, en } as const;
export type HubPageLanguage = keyof typeof LANGUAGES;

/** The words of a language. */
export function wordsOf(language: HubPageLanguage): HubWords {
  return LANGUAGES[language];
}

/** The frame of all pages of the hub. */
export function pageFrame(page: {
  readonly language: HubPageLanguage;
  readonly title: string;
  /** HTML */
  readonly main: string;
  /** Path of a script. */
  readonly script?: string;
}): string {
  const { language, title, main, script } = page;
  const words = wordsOf(language);
  const other = language === 'ja' ? 'en' : 'ja';
  const scripted = script === undefined ? '' : `<script src="${script}" defer></script>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${scripted}
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header><p>${escapeHtml(words.title)}</p><a href="?lang=${other}" lang="${other}">${escapeHtml(words.otherLanguage)}</a></header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** Text as it may stand in HTML and in attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
