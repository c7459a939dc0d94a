import { describe, expect, it } from 'vitest';
import { ageOn, birthDatePrecision, birthDateSchema } from './birth-date.ts';
import { foldForSearch, normalizeKana } from './kana.ts';
import { NEED_CODES, needCode, needOfCode, needSchema } from './needs.ts';
import { formatAddress, parseAddress, personNameSchema } from './person.ts';

describe('kana', () => {
  it.each([
    ['さとう　はなこ', 'サトウ ハナコ'],
    ['ｻﾄｳ ﾊﾅｺ', 'サトウ ハナコ'],
    [' ヴァイオレット ', 'ヴァイオレット'],
    ['ゔ', 'ヴ'],
  ])('%s becomes %s', (typed, kept) => {
    expect(normalizeKana(typed)).toBe(kept);
  });

  it('folds for search', () => {
    expect(foldForSearch('ｻﾄｳ はなこ')).toBe('サトウハナコ');
    expect(foldForSearch('Ｍａｒｉａ SANTOS')).toBe('mariasantos');
  });
});

describe('birth date', () => {
  it.each(['1980-02-17', '2000-02-29', '1951-07', '1944'])('takes %s', (text) => {
    expect(birthDateSchema.safeParse(text).success).toBe(true);
  });

  it.each(['1980-02-30', '2001-02-29', '1980-13', '1899', '80-2-17', '', '2020-00-10'])('refuses %s', (text) => {
    expect(birthDateSchema.safeParse(text).success).toBe(false);
  });

  it('gives an age only when known to the day', () => {
    expect(ageOn(birthDateSchema.parse('1980-11-23'), '2026-11-22')).toBe(45);
    expect(ageOn(birthDateSchema.parse('1980-11-22'), '2026-11-22')).toBe(46);
    expect(ageOn(birthDateSchema.parse('1980-11'), '2026-11-22')).toBeUndefined();
    // A laptop whose clock stands in the past, or a wrong date.
    expect(ageOn(birthDateSchema.parse('2026-11-23'), '2026-11-22')).toBeUndefined();
    expect(ageOn(birthDateSchema.parse('2026-11-22'), '2026-11-22')).toBe(0);
    expect(birthDatePrecision(birthDateSchema.parse('1980'))).toBe('year');
  });
});

describe('needs', () => {
  it('have one number each, and back', () => {
    expect(new Set(NEED_CODES.map((need) => need.code)).size).toBe(NEED_CODES.length);
    for (const { code, kind, detail } of NEED_CODES) {
      expect(needOfCode(code)).toEqual({ kind, detail });
      expect(needCode({ kind, detail })).toBe(code);
    }
  });

  it('refuse a detail of another kind, take short text only for other', () => {
    expect(needSchema.safeParse({ kind: 'pet', detail: 'wheelchair' }).success).toBe(false);
    expect(needSchema.safeParse({ kind: 'other', detail: '夜間の付き添い' }).success).toBe(true);
  });
});

describe('address', () => {
  it.each([
    ['熊本県熊本市中央区手取本町1-1', '43101', '手取本町1-1'],
    ['熊本市東区健軍3丁目2-10', '43102', '健軍3丁目2-10'],
    ['益城町木山236', undefined, '益城町木山236'],
    ['福岡県福岡市博多区1-1', undefined, '福岡県福岡市博多区1-1'],
  ])('%s', (text, municipality, line) => {
    const address = parseAddress(text);
    expect(address).toEqual(municipality === undefined ? { line } : { municipality, line });
    expect(formatAddress(address).endsWith(text.replace('熊本県', ''))).toBe(true);
  });
});

describe('a name', () => {
  it.each([
    ['Sinhala, with a joiner', 'ශ්\u200dරී ලාල්'],
    ['Persian, with a non-joiner', 'می\u200cخواهم'],
    ['of 76 letters', `${'Maria '.repeat(12)}Lima`],
  ])('takes a name in %s', (_what, written) => {
    expect(personNameSchema.parse({ written })).toEqual({ written });
  });

  it.each(['\u200dරී', '太郎\u200d', '太\u200d\u200d郎', 'a \u200c b'])(
    'refuses joiners that join no letters: %j',
    (written) => {
      expect(personNameSchema.safeParse({ written }).success).toBe(false);
    },
  );

  it.each(['\u202e太郎', 'a\u0007b', '\u200b', '', ' '.repeat(3)])('refuses %j', (written) => {
    expect(personNameSchema.safeParse({ written }).success).toBe(false);
  });
});
