import { LANGUAGES, termsOf, textsOf } from '@uketsuke/shared/i18n';
import { describe, expect, it } from 'vitest';
import { AVAILABLE_LANGUAGES, CATALOGUES, LATER_CATALOGUES } from './catalogues.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

const japanese = textsOf(ja);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();

describe.each(Object.entries({ ja, en }))('the catalogue %s', (_language, catalogue) => {
  const texts = textsOf(catalogue);

  it('has the keys of the Japanese one and no empty text', () => {
    expect([...texts.keys()].toSorted()).toEqual([...japanese.keys()].toSorted());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has the same placeholders in every text', () => {
    for (const [key, text] of texts)
      expect([key, placeholders(text)]).toEqual([key, placeholders(japanese.get(key) ?? '')]);
  });
});

it('the languages that can be chosen are those with a catalogue and all terms', async () => {
  const known = { ...CATALOGUES, ...LATER_CATALOGUES };
  expect(AVAILABLE_LANGUAGES).toEqual(LANGUAGES.filter((language) => language in known));
  for (const language of AVAILABLE_LANGUAGES) {
    expect([...textsOf(termsOf(language) ?? {}).keys()]).toEqual([...textsOf(termsOf('ja') ?? {}).keys()]);
  }
  expect(await LATER_CATALOGUES.en()).toBe(en);
});

it('English is translated', () => {
  const texts = textsOf(en);
  const same = [...texts].filter(([key, text]) => text === japanese.get(key)).map(([key]) => key);
  expect(same).toEqual(['app.language', 'form.birthIs']);
});
