import { describe, expect, it } from 'vitest';
import { DigitTyping } from './digit-typing.ts';

/** Types so many digits into a field for four, that far apart; whether the Enter after them is a scanner's. */
function typed(count: number, gapMs: number): boolean {
  const typing = new DigitTyping();
  for (let key = 0; key < count; key += 1) typing.digit(1_000 + key * gapMs, key >= 4);
  return typing.isScanners(1_000 + count * gapMs);
}

describe('digits that are typed', () => {
  it.each([60, 120, 900])('by hand, %i ms apart, are taken', (gap) => {
    expect(typed(4, gap)).toBe(false);
  });

  it.each([1, 8, 20, 30])('by a scanner, %i ms apart, are not, four of them no more than twelve', (gap) => {
    expect(typed(4, gap)).toBe(true);
    expect(typed(12, gap)).toBe(true);
  });

  it('are not taken when there are more than fit, however slowly, until some are taken away', () => {
    expect(typed(5, 200)).toBe(true);
    const typing = new DigitTyping();
    typing.digit(0, false);
    typing.digit(200, true);
    expect(typing.isScanners(null)).toBe(true);
    typing.changed();
    expect(typing.isScanners(null)).toBe(false);
  });

  it('in a burst are known as a scanner’s before anything ends it, fast or slow ones (DSK-2)', () => {
    const burstAfter = (gap: number) => {
      const typing = new DigitTyping();
      for (let key = 1; key <= 12; key += 1) {
        typing.digit(key * gap, false);
        if (typing.isBurst) return key;
      }
      return null;
    };
    expect([burstAfter(2), burstAfter(30), burstAfter(45)]).toEqual([5, 5, 7]);
    expect([burstAfter(60), burstAfter(110)]).toEqual([null, null]);
  });

  it('at a slow scanner’s pace, 45 ms, are not taken with its Enter (DSK-2)', () => {
    const typing = new DigitTyping();
    for (let key = 0; key < 8; key += 1) typing.digit(key * 45, false);
    expect(typing.isScanners(8 * 45)).toBe(true);
  });

  it('among letters, however slowly, are a torn code’s; one slip of a finger is not (DSK-2)', () => {
    const typing = new DigitTyping();
    for (let key = 0; key < 3; key += 1) typing.stray(key * 200);
    typing.digit(800, false);
    expect(typing.isScanners(2_000)).toBe(true);
    typing.changed();
    typing.stray(3_000);
    for (let key = 0; key < 6; key += 1) typing.digit(4_000 + key * 150, false);
    expect(typing.isScanners(6_000)).toBe(false);
  });

  it('fast but sent by the button, or by an Enter that came later, are somebody’s', () => {
    const typing = new DigitTyping();
    for (let key = 0; key < 4; key += 1) typing.digit(key * 10, false);
    expect(typing.isScanners(null)).toBe(false);
    expect(typing.isScanners(400)).toBe(false);
  });
});
