import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBirthDate } from './birth-date-entry.ts';

const TODAY = '2026-11-22';

describe('a typed birth date', () => {
  it.each([
    ['1980-02-17', '1980-02-17'],
    ['1980/2/17', '1980-02-17'],
    ['1980年2月17日', '1980-02-17'],
    ['１９８０．２．１７', '1980-02-17'],
    ['19800217', '1980-02-17'],
    ['昭和55年2月17日', '1980-02-17'],
    ['昭和５５年 ２月 １７日', '1980-02-17'],
    ['S55.2.17', '1980-02-17'],
    ['s55/2/17', '1980-02-17'],
    ['平成元年1月8日', '1989-01-08'],
    ['昭和64年1月7日', '1989-01-07'],
    ['大正15', '1926'],
    ['R8.11.22', '2026-11-22'],
    ['1951年7月', '1951-07'],
    ['1944', '1944'],
    ['1944年', '1944'],
  ])('%s is %s', (typed, date) => {
    expect(readBirthDate(typed, TODAY)).toEqual({ date });
  });

  it.each([
    ['きのう', 'birth-unreadable'],
    ['80-2-17', 'birth-unreadable'],
    ['昭和65年1月1日', 'birth-unreadable'],
    ['昭和0年1月1日', 'birth-unreadable'],
    ['1980-02-30', 'birth-not-a-date'],
    ['20010229', 'birth-not-a-date'],
    ['1980年13月', 'birth-not-a-date'],
    ['2026-11-23', 'birth-in-future'],
    ['2026-12', 'birth-in-future'],
    ['令和9年', 'birth-in-future'],
    ['1899-12-31', 'birth-too-early'],
    ['明治32年', 'birth-too-early'],
  ])('%s is refused: %s', (typed, problem) => {
    expect(readBirthDate(typed, TODAY)).toEqual({ problem });
  });

  it('is nothing when empty', () => {
    expect(readBirthDate(' 　', TODAY)).toEqual({});
  });

  it('is the same date in every way of writing it', () => {
    const days = fc.date({ min: new Date('1927-01-01'), max: new Date('1988-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const date = day.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
        const ways = [
          date,
          date.replaceAll('-', ''),
          `${year}/${month}/${dayOfMonth}`,
          `${year}年${month}月${dayOfMonth}日`,
          `昭和${year - 1925}年${month}月${dayOfMonth}日`,
          `S${year - 1925}.${month}.${dayOfMonth}`,
        ];
        for (const way of ways) expect(readBirthDate(way, TODAY)).toEqual({ date });
      }),
    );
  });
});
