import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, readDraft } from './shelter-draft.ts';

describe('a new shelter as typed', () => {
  it('leaves out what is empty, and reads hiragana and full-width digits', () => {
    const draft = { ...EMPTY_DRAFT, name: ' 城東小学校 ', kana: 'じょうとう', capacity: '３００', latitude: '32.80' };
    expect(readDraft(draft)).toEqual({
      shelter: { name: '城東小学校', kana: 'ジョウトウ', capacity: 300, latitude: 32.8 },
      wrong: [],
    });
  });

  it.each([
    [{ name: '' }, ['name']],
    [{ name: '城東', capacity: '多数' }, ['capacity']],
    [{ name: '城東', capacity: '0' }, ['capacity']],
    [{ name: '城東', latitude: '91', longitude: '-181' }, ['latitude', 'longitude']],
    [{ name: '城'.repeat(81) }, ['name']],
  ])('%j: wrong are %j', (over, wrong) => {
    expect(readDraft({ ...EMPTY_DRAFT, ...over })).toEqual({ wrong });
  });
});
