import { describe, expect, it } from 'vitest';
import { CATALOGUES } from './index.ts';

/** Every key of a catalogue with its text. */
function textsOf(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]): [string, string][] => {
    const here = path === '' ? key : `${path}.${key}`;
    return typeof value === 'string' ? [[here, value]] : textsOf(value, here);
  });
}

const japanese = new Map(textsOf(CATALOGUES.ja));
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each(Object.entries(CATALOGUES))('the catalogue %s', (language, catalogue) => {
  const texts = textsOf(catalogue);

  it('has the same keys as the Japanese one, none empty', () => {
    expect(texts.map(([key]) => key).sort()).toEqual([...japanese.keys()].sort());
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fills in the same values', () => {
    for (const [key, text] of texts) expect(placeholders(text), key).toEqual(placeholders(japanese.get(key) ?? ''));
  });

  it('is in its own language', () => {
    const hasKana = texts.filter(([, text]) => /[ぁ-んァ-ヶ一-龠]/.test(text)).length;
    if (language === 'ja') expect(hasKana).toBeGreaterThan(texts.length * 0.8);
    else expect(hasKana).toBe(0);
  });
});
