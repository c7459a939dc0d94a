import { eventIdSchema } from '@uketsuke/shared/identifiers';
import { describe, expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';
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

describe('what the server holds (SYN-1)', () => {
  const id = (number: number) => eventIdSchema.parse(`ev:${String(number).padStart(12, '0')}-0000-desk1`);
  it('counts own events only, offers own before others, and starts over with all', () => {
    const acknowledgements = new Acknowledgements();
    acknowledgements.add(id(1), { own: false, occurredAt: '2026-11-22T00:00:01.000Z' }, true);
    acknowledgements.add(id(2), { own: true, occurredAt: '2026-11-22T00:00:02.000Z' }, false);
    acknowledgements.add(id(3), { own: true, occurredAt: '2026-11-22T00:00:03.000Z' }, false);
    acknowledgements.add(id(3), { own: true, occurredAt: '2026-11-22T00:00:03.000Z' }, false);
    expect(acknowledgements).toMatchObject({ pending: 2, oldestPendingAt: '2026-11-22T00:00:02.000Z', quarantined: 0 });
    acknowledgements.acknowledge(id(2));
    acknowledgements.acknowledge(id(3), true);
    expect(acknowledgements).toMatchObject({ pending: 0, oldestPendingAt: null, quarantined: 1 });
    expect(acknowledgements.nextToOffer(10)).toEqual([]);
    acknowledgements.startOver();
    expect(acknowledgements).toMatchObject({ pending: 2, quarantined: 0 });
    expect(acknowledgements.nextToOffer(10)).toEqual([id(2), id(3), id(1)]);
    expect(acknowledgements.nextToOffer(1)).toEqual([id(2)]);
  });
});
