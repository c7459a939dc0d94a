import { describe, expect, it } from 'vitest';
import { ageAt, isOldReport } from './age.ts';

const NOW = Date.UTC(2026, 10, 22, 7, 0, 0);
const ago = (ms: number) => new Date(NOW - ms).toISOString();

describe('the age of a report', () => {
  it.each([
    [0, 'now', 0],
    [59_999, 'now', 0],
    [60_000, 'minutes', 1],
    [3 * 60_000 + 59_000, 'minutes', 3],
    [3_599_999, 'minutes', 59],
    [3_600_000, 'hours', 1],
    [86_399_999, 'hours', 23],
    [86_400_000, 'days', 1],
    [-5 * 60_000, 'now', 0],
  ] as const)('%i ms ago is %s %i', (ms, unit, count) => {
    expect(ageAt(ago(ms), NOW)).toEqual({ unit, count });
  });

  it('is old after half an hour', () => {
    expect(isOldReport(ago(30 * 60_000), NOW)).toBe(false);
    expect(isOldReport(ago(30 * 60_000 + 1), NOW)).toBe(true);
  });
});
