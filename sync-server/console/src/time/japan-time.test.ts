import { describe, expect, it } from 'vitest';
import { formatDayAndTime, formatFullDate, formatTimeToTheSecond, japaneseDay } from './japan-time.ts';

const MOMENT = '2026-11-22T15:03:07.000Z';

describe('times on the page', () => {
  it('are in Japan Standard Time, over midnight too', () => {
    expect(formatDayAndTime(MOMENT, 'ja')).toBe('11/23 00:03');
    expect(formatFullDate(MOMENT, 'ja')).toBe('2026/11/23 00:03');
    expect(formatTimeToTheSecond(Date.parse(MOMENT), 'ja')).toBe('00:03:07');
    expect(japaneseDay(Date.parse(MOMENT))).toBe('2026-11-23');
  });

  it('are written the English way in English', () => {
    expect(formatFullDate(MOMENT, 'en')).toBe('23/11/2026, 00:03');
  });
});
