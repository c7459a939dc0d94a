import { NEED_CODES } from '@uketsuke/shared/person';
import { describe, expect, it } from 'vitest';
import { needWords } from './needs-words.ts';

describe('needs in words', () => {
  it.each(NEED_CODES)('$kind/$detail has words in both languages', (need) => {
    expect(needWords(need, 'ja')).toMatch(/[぀-ヿ一-鿿]/);
    expect(needWords(need, 'en')).toMatch(/^[A-Z]/);
  });

  it('shows free text as it was written', () => {
    expect(needWords({ kind: 'other', detail: '夜間の付き添い' }, 'en')).toBe('夜間の付き添い');
  });
});
