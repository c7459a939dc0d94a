import { textsOf } from '@uketsuke/shared/i18n';
import { describe, expect, it } from 'vitest';
import { CATALOGUES } from './catalogues.ts';
import { ja } from './ja.ts';

const japanese = textsOf(ja);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();

describe.each(Object.entries(CATALOGUES))('the catalogue %s', (_language, catalogue) => {
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

it('English is translated', () => {
  const texts = textsOf(CATALOGUES.en);
  const same = [...texts].filter(([key, text]) => text === japanese.get(key)).map(([key]) => key);
  expect(same).toEqual(['app.language', 'form.birthIs']);
});
