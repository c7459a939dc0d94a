import { describe, expect, it } from 'vitest';
import { AVAILABLE_LANGUAGES, CATALOGUES } from './catalogues.ts';
import { ja } from './ja.ts';

/** Every text of a catalogue by its key. */
function textsOf(part: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(part).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...textsOf(value, `${prefix}${key}.`)],
    ),
  );
}

const japanese = textsOf(ja);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();

describe.each(AVAILABLE_LANGUAGES)('the catalogue %s', (language) => {
  const texts = textsOf(CATALOGUES[language] ?? {});

  it('has the keys of the Japanese one and no empty text', () => {
    expect([...texts.keys()].toSorted()).toEqual([...japanese.keys()].toSorted());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has the same placeholders in every text', () => {
    for (const [key, text] of texts)
      expect([key, placeholders(text)]).toEqual([key, placeholders(japanese.get(key) ?? '')]);
  });
});

it.each(AVAILABLE_LANGUAGES.filter((language) => language !== 'ja'))('%s is translated', (language) => {
  const texts = textsOf(CATALOGUES[language] ?? {});
  const same = [...texts].filter(([key, text]) => text === japanese.get(key)).map(([key]) => key);
  expect(same).toEqual(['app.language', 'form.birthIs']);
});
