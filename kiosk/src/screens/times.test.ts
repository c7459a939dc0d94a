import { describe, expect, it } from 'vitest';
import { formatMoment, localDay } from './times.ts';

describe('times', () => {
  const now = Date.UTC(2026, 10, 22, 16, 0);

  it('are Japan’s, whatever the laptop is set to', () => {
    expect(formatMoment('2026-11-22T15:30:00.000Z', 'ja', now)).toBe('00:30');
    expect(localDay(now)).toBe('2026-11-23');
  });

  it('name the day when it is not today', () => {
    expect(formatMoment('2026-11-22T01:03:00.000Z', 'ja', now)).toContain('11/22');
  });
});
