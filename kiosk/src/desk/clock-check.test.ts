import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_MS, judgeClock } from './clock-check.ts';

const NOW = Date.UTC(2026, 10, 22);

describe('the clock', () => {
  const evidence = { now: NOW, serverOffsetMs: undefined, notBefore: [], sawStampFarAhead: false };
  it('is judged by the server where it was heard', () => {
    expect(judgeClock({ ...evidence, serverOffsetMs: CLOCK_TOLERANCE_MS + 1 })).toBe('behind');
    expect(judgeClock({ ...evidence, serverOffsetMs: -CLOCK_TOLERANCE_MS - 1 })).toBe('ahead');
    expect(judgeClock({ ...evidence, serverOffsetMs: 0, notBefore: [NOW * 2], sawStampFarAhead: true })).toBe('good');
  });

  it('is behind when the program was built or an event recorded later than now, or a stamp is days ahead (CLK-3)', () => {
    expect(judgeClock({ ...evidence, notBefore: [undefined, NOW + CLOCK_TOLERANCE_MS + 1] })).toBe('behind');
    expect(judgeClock({ ...evidence, sawStampFarAhead: true })).toBe('behind');
    expect(judgeClock({ ...evidence, notBefore: [NOW - 1] })).toBe('good');
  });
});
