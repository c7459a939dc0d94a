import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, pauseAfter } from './backoff.ts';
import { BatchSize } from './batch-size.ts';
import { requestBody } from './request-body.ts';
import { afterMark } from './server-generation.ts';
import { REQUEST_TIMEOUT_MS } from './sync-client.ts';
import { failureOfResponse, readRetryAfter, SyncFailure } from './sync-failure.ts';

const NOW = Date.UTC(2026, 10, 22);

describe('the server’s store (SYN-5)', () => {
  const known = { epoch: 'a', events: 10, generation: 3 };
  it('is the same while the epoch stays and the mark rises', () => {
    expect(afterMark(known, { epoch: 'a', events: 10 })).toEqual({ state: known, startOver: false });
    expect(afterMark(known, { epoch: 'a', events: 12 }).state).toEqual({ ...known, events: 12 });
    expect(afterMark(null, { epoch: 'a', events: 0 })).toMatchObject({ state: { generation: 1 }, startOver: false });
    expect(afterMark(known, { epoch: 'a', events: 10 }, true)).toEqual({ state: known, startOver: false });
  });

  it('is another when the epoch changes or the mark goes back', () => {
    for (const mark of [
      { epoch: 'b', events: 99 },
      { epoch: 'a', events: 9 },
    ]) {
      expect(afterMark(known, mark)).toEqual({ state: { ...mark, generation: 4 }, startOver: true });
    }
  });

  it('is another when a witness is missing, however much it grew since', () => {
    const state = { epoch: 'a', events: 99, generation: 4 };
    expect(afterMark(known, { epoch: 'a', events: 99 }, false)).toEqual({ state, startOver: true });
  });

  it('is remembered without what a hub says of its relay', () => {
    const relay = { connected: true, pending: 2, oldestPendingAt: null, lastExchangeAt: null };
    expect(afterMark(null, { epoch: 'a', events: 1, relay }).state).toEqual({ epoch: 'a', events: 1, generation: 1 });
    expect(afterMark(known, { epoch: 'a', events: 11, relay }).state).toEqual({ ...known, events: 11 });
  });
});

describe('Retry-After (RFC 9110)', () => {
  it('is read as seconds or a date, at most five minutes', () => {
    expect(readRetryAfter('7', NOW)).toBe(7_000);
    expect(readRetryAfter(new Date(NOW + 6_000).toUTCString(), NOW)).toBe(6_000);
    expect(readRetryAfter('86400', NOW)).toBe(300_000);
    expect(readRetryAfter('soon', NOW)).toBeUndefined();
    expect(readRetryAfter(null, NOW)).toBeUndefined();
  });
});

describe('a refused request', () => {
  const problem = (code: string, status: number, headers: Record<string, string> = {}) =>
    failureOfResponse(
      new Response(JSON.stringify({ type: 'about:blank', title: code, status, code }), { status, headers }),
      NOW,
    );

  it('is known by its code: the device, the size, the server, a busy server (SYN-7, SYN-12)', async () => {
    expect(await problem('device-revoked', 403)).toMatchObject({ code: 'revoked' });
    expect(await problem('device-unknown', 401)).toMatchObject({ code: 'unknown-device' });
    expect(await problem('body-too-large', 413)).toMatchObject({ code: 'too-large' });
    expect(await problem('internal', 500)).toMatchObject({ code: 'failing', retryAfterMs: undefined });
    expect(await problem('of-a-newer-server', 422)).toMatchObject({ code: 'failing' });
    const retryAfter = { 'retry-after': '3' };
    expect(await problem('busy', 503, retryAfter)).toMatchObject({ code: 'busy', retryAfterMs: 3_000 });
    expect(await problem('too-many-attempts', 429, retryAfter)).toMatchObject({ code: 'busy', retryAfterMs: 3_000 });
    expect(await problem('database-unavailable', 503, retryAfter)).toMatchObject({
      code: 'failing',
      retryAfterMs: 3_000,
    });
    expect(await problem('peer-unreachable', 502)).toMatchObject({ code: 'unreachable' });
    expect(await problem('peer-changed', 502)).toMatchObject({ code: 'strange' });
  });

  it('that is no problem of ours comes from something else on the way', async () => {
    const page = new Response('<html>Bad Gateway</html>', { status: 502 });
    expect(await failureOfResponse(page, NOW)).toMatchObject({ code: 'strange' });
    expect(await failureOfResponse(new Response(null, { status: 302 }), NOW)).toMatchObject({ code: 'strange' });
  });
});

describe('waiting between tries', () => {
  it('grows to four seconds, half of it by chance', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => backoffMs(failures, () => 1))).toEqual([
      500, 1_000, 2_000, 4_000, 4_000, 4_000,
    ]);
    expect(backoffMs(50, () => 0)).toBe(2_000);
  });

  it('keeps to other bounds where others are given', () => {
    const bounds = { firstMs: 200, longestMs: 5_000 };
    expect([1, 2, 6, 50].map((failures) => backoffMs(failures, () => 1, bounds))).toEqual([200, 400, 5_000, 5_000]);
    expect(backoffMs(1, () => 0, bounds)).toBe(100);
  });

  it('is never shorter than asked, and so long by chance that not all come back at once (SYN-12)', () => {
    const busy = new SyncFailure('busy', { retryAfterMs: 6_000 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 99 }), (chance, failures) => {
        const pause = pauseAfter(busy, failures, () => chance);
        expect(pause).toBeGreaterThanOrEqual(6_000);
        expect(pause).toBeLessThanOrEqual(9_000);
      }),
    );
    expect(pauseAfter(busy, 1, () => 0)).not.toBe(pauseAfter(busy, 1, () => 1));
  });

  it('with the time-out of a request it stays within fifteen seconds, whatever failed (SYN-11)', async () => {
    const kinds = ['unreachable', 'timed-out', 'failing', 'strange', 'too-large'] as const;
    const longest = kinds.map((kind) => pauseAfter(new SyncFailure(kind), 50, () => 1) + REQUEST_TIMEOUT_MS);
    const refused = pauseAfter(new SyncFailure('revoked'), 50, () => 1);
    const proxyPage = new Response('<html>maintenance</html>', { status: 503, headers: { 'retry-after': '9999' } });
    const asked = pauseAfter(await failureOfResponse(proxyPage, NOW), 50, () => 1);
    expect(Math.max(...longest, refused, asked)).toBeLessThan(15_000);
  });
});

describe('the size of a request', () => {
  it('halves when it was too much, down to one document, and grows back', () => {
    const size = new BatchSize(500);
    size.failed();
    expect(size.now).toBe(250);
    size.failed(12);
    expect(size.now).toBe(6);
    for (let times = 0; times < 20; times += 1) size.failed();
    expect(size.now).toBe(1);
    size.worked();
    expect(size.now).toBe(2);
    for (let times = 0; times < 20; times += 1) size.worked();
    expect(size.now).toBe(500);
  });
});

describe('the body of a request', () => {
  it('is gzip above one kilobyte, and then says so', async () => {
    expect(await requestBody('{}')).toEqual({ body: '{}', headers: { 'content-type': 'application/json' } });
    const json = JSON.stringify({ events: Array.from({ length: 200 }, (_, at) => `避難者${at}`) });
    const { body, headers } = await requestBody(json);
    expect(headers['content-encoding']).toBe('gzip');
    if (!(body instanceof ArrayBuffer)) throw new Error('not compressed');
    expect(body.byteLength).toBeLessThan(json.length);
    expect(gunzipSync(body).toString('utf8')).toBe(json);
  });
});
