import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClockDriftError,
  formatTimestamp,
  HybridClock,
  MAX_DRIFT_MS,
  MalformedTimestampError,
  parseTimestamp,
} from './hybrid-clock.ts';

const NOW = Date.UTC(2026, 10, 22);

/** A wall clock that a test can set to anything. */
function settableClock(start = NOW) {
  const clock = { now: start, read: () => clock.now };
  return clock;
}

describe('hybrid clock', () => {
  it('only rises, whatever the wall clock does (CLK-1)', () => {
    const wallTimes = fc.array(fc.integer({ min: -1_000, max: 300 * 365 * 86_400_000 }), {
      minLength: 2,
      maxLength: 60,
    });
    fc.assert(
      fc.property(wallTimes, (times) => {
        const wall = settableClock();
        const clock = new HybridClock('dev1', wall.read);
        const stamps = times.map((time) => {
          wall.now = time;
          return clock.tick();
        });
        expect(stamps).toEqual([...stamps].sort());
        expect(new Set(stamps).size).toBe(stamps.length);
      }),
    );
  });

  it('stamps sort after everything merged (CLK-1)', () => {
    const wall = settableClock();
    const ahead = new HybridClock('ahead', () => NOW + MAX_DRIFT_MS);
    const clock = new HybridClock('dev1', wall.read);
    const seen = ahead.tick();
    clock.merge(seen);
    expect(clock.tick() > seen).toBe(true);
  });

  it('does not merge a stamp more than three days ahead, and says by how much (CLK-3)', () => {
    const clock = new HybridClock('dev1', () => NOW);
    const before = clock.tick();
    const far = formatTimestamp({ wallMs: NOW + MAX_DRIFT_MS + 1, counter: 0 }, 'other');
    expect(() => clock.merge(far)).toThrow(ClockDriftError);
    expect(parseTimestamp(clock.tick()).wallMs).toBe(parseTimestamp(before).wallMs);
  });

  it('resumes above its own last stamp after a restart with a clock years behind (CLK-2)', () => {
    const last = new HybridClock('dev1', () => NOW).tick();
    const restarted = new HybridClock('dev1', () => Date.UTC(2001, 0, 1));
    restarted.resume(last);
    expect(restarted.tick() > last).toBe(true);
  });

  it('carries a full counter into the next millisecond', () => {
    const clock = new HybridClock('dev1', () => NOW, { wallMs: NOW, counter: 0xffff });
    expect(parseTimestamp(clock.tick())).toEqual({ wallMs: NOW + 1, counter: 0, deviceId: 'dev1' });
  });

  it.each(['', 'x', '2026-11-22T00:00:00Z', '0192aabbccdd-0000-', '0192AABBCCDD-0000-dev1', '0192aabbccdd-0000-de v1'])(
    'refuses %j',
    (stamp) => {
      expect(() => parseTimestamp(stamp)).toThrow(MalformedTimestampError);
    },
  );
});
