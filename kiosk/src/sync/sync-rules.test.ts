import { eventIdSchema } from '@uketsuke/shared/identifiers';
import { describe, expect, it } from 'vitest';
import { Acknowledgements } from '../reception/acknowledgements.ts';
import { CLOCK_TOLERANCE_MS, judgeClock } from '../reception/clock-check.ts';
import { backoffMs } from './backoff.ts';
import { afterMark } from './server-generation.ts';
import { failureOfResponse, readRetryAfter } from './sync-failure.ts';

const NOW = Date.UTC(2026, 10, 22);

describe('the server’s store (SYN-5)', () => {
  const known = { epoch: 'a', events: 10, generation: 3 };
  it('is the same while the epoch stays and the mark rises', () => {
    expect(afterMark(known, { epoch: 'a', events: 10 })).toEqual({ state: known, startOver: false });
    expect(afterMark(known, { epoch: 'a', events: 12 }).state).toEqual({ ...known, events: 12 });
    expect(afterMark(null, { epoch: 'a', events: 0 })).toMatchObject({ state: { generation: 1 }, startOver: false });
  });

  it('is another when the epoch changes or the mark goes back', () => {
    for (const mark of [
      { epoch: 'b', events: 99 },
      { epoch: 'a', events: 9 },
    ]) {
      expect(afterMark(known, mark)).toEqual({ state: { ...mark, generation: 4 }, startOver: true });
    }
  });
});

describe('Retry-After (RFC 9110)', () => {
  it('is read as seconds or a date, and never waited for longer than five minutes', () => {
    expect(readRetryAfter('7', NOW)).toBe(7_000);
    expect(readRetryAfter(new Date(NOW + 9_000).toUTCString(), NOW)).toBe(9_000);
    expect(readRetryAfter('86400', NOW)).toBe(300_000);
    expect(readRetryAfter('soon', NOW)).toBeUndefined();
    expect(readRetryAfter(null, NOW)).toBeUndefined();
  });

  it('comes with the failure; a revoked device is known by its code (SYN-7)', async () => {
    const problem = (code: string, status: number) =>
      new Response(JSON.stringify({ type: 'about:blank', title: code, status, code }), {
        status,
        headers: { 'retry-after': '3' },
      });
    expect(await failureOfResponse(problem('database-unavailable', 503), NOW)).toMatchObject({
      code: 'failing',
      retryAfterMs: 3_000,
    });
    expect(await failureOfResponse(problem('device-revoked', 401), NOW)).toMatchObject({ code: 'revoked' });
    expect(await failureOfResponse(problem('body-too-large', 413), NOW)).toMatchObject({ code: 'too-large' });
    expect(await failureOfResponse(new Response('<html>', { status: 502 }), NOW)).toMatchObject({ code: 'failing' });
  });
});

describe('waiting between tries', () => {
  it('grows to five seconds, half of it by chance', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => backoffMs(failures, () => 1))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
    expect(backoffMs(50, () => 0)).toBe(2_500);
  });
});

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
