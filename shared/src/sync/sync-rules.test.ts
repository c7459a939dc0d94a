import { describe, expect, it } from 'vitest';
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
