import { describe, expect, it } from 'vitest';
import { RequestRefusedError } from '../http/request-refused.ts';
import { AttemptThrottle } from './attempt-throttle.ts';

const LIMIT = { attempts: 10, delayAfter: 3, forgetAfterMs: 60_000 };

describe('wrong attempts (SEC-6)', () => {
  it('are answered ever more slowly, then refused, then forgotten', () => {
    let now = 0;
    const throttle = new AttemptThrottle(LIMIT, () => now);
    const delays = Array.from({ length: 10 }, () => throttle.begin('a'));
    expect(delays).toEqual([0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(() => throttle.begin('a')).toThrow(RequestRefusedError);
    expect(() => throttle.begin('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 60 }));
    expect(throttle.begin('b')).toBe(0);
    now = 60_000;
    expect(throttle.begin('a')).toBe(0);
  });

  it('are refused no longer because the clock was set back: by 9 hours, and then by a little more', () => {
    let now = 10 * 3_600_000;
    const throttle = new AttemptThrottle(LIMIT, () => now);
    for (let attempt = 0; attempt < 10; attempt += 1) throttle.begin('a');
    now -= 9 * 3_600_000;
    expect(() => throttle.begin('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 60 }));
    now += 30_000;
    expect(() => throttle.begin('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 30 }));
    now += 30_000;
    expect(throttle.begin('a')).toBe(0);
  });

  it('are forgotten after a right one; one of an address among many only takes itself back', () => {
    const throttle = new AttemptThrottle(LIMIT, () => 0);
    for (let attempt = 0; attempt < 5; attempt += 1) throttle.begin('a');
    throttle.uncount('a');
    expect(throttle.begin('a')).toBe(500);
    throttle.succeeded('a');
    expect(throttle.begin('a')).toBe(0);
  });
});
