import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncFailureKind } from '../errors/error-codes.ts';
import { afterSignal, answersNow, type LoopSignal, type LoopState, standingOf, UNWANTED } from './loop-state.ts';
import { SyncFailure } from './sync-failure.ts';

const failed = (
  code: SyncFailureKind,
  { of = 'pull', retryAfterMs, until = 100 }: { of?: 'push' | 'pull'; retryAfterMs?: number; until?: number } = {},
): LoopSignal => ({
  kind: 'failed',
  trouble: { kind: 'peer', of, failure: new SyncFailure(code, { retryAfterMs }) },
  until,
});
const ownLogFailed: LoopSignal = { kind: 'failed', trouble: { kind: 'own-log', cause: new Error('disk') }, until: 100 };
const nudged: LoopSignal = { kind: 'nudged', alive: true };
const hungUp: LoopSignal = { kind: 'nudged', alive: false };
const idle: LoopSignal = { kind: 'idle', until: 500 };
const after = (...signals: LoopSignal[]): LoopState => signals.reduce(afterSignal, UNWANTED);
const atWork = (...signals: LoopSignal[]): LoopState => after({ kind: 'wanted' }, ...signals);

describe('the loop', () => {
  it('works, rests, and works again on anything that comes up', () => {
    expect(atWork().kind).toBe('working');
    const resting = atWork({ kind: 'exchanged' }, idle);
    expect(resting).toEqual({ kind: 'resting', until: 500 });
    for (const kind of ['recorded', 'due', 'network-came-back'] as const) {
      expect(afterSignal(resting, { kind }).kind).toBe('working');
    }
    expect(afterSignal(resting, nudged).kind).toBe('working');
    expect(afterSignal(resting, hungUp).kind).toBe('working');
  });

  it('does not rest on something that was recorded while it looked', () => {
    const looking = atWork({ kind: 'exchanged' }, { kind: 'recorded' });
    expect(afterSignal(looking, idle).kind).toBe('working');
    expect(afterSignal(afterSignal(looking, idle), idle).kind).toBe('resting');
  });

  it('yields between steps, but not when something was recorded meanwhile', () => {
    expect(atWork({ kind: 'exchanged', until: 7 })).toEqual({ kind: 'yielding', until: 7 });
    expect(afterSignal(atWork({ kind: 'exchanged', until: 7 }), nudged).kind).toBe('yielding');
    expect(atWork({ kind: 'recorded' }, { kind: 'exchanged', until: 7 }).kind).toBe('working');
  });

  it('backs off after a failure, whatever is recorded, and counts failures in a row until an exchange works', () => {
    const twice = atWork(failed('unreachable'), { kind: 'recorded' }, { kind: 'due' }, failed('unreachable'));
    expect(twice).toMatchObject({ kind: 'backing-off', until: 100, standing: { failures: 2 } });
    expect(standingOf(afterSignal(afterSignal(twice, { kind: 'due' }), { kind: 'exchanged' }))).toEqual({
      kind: 'good',
    });
  });

  it('is called back by a sign of life of a peer that did not answer, and by no other', () => {
    for (const code of ['unreachable', 'timed-out', 'strange'] as const) {
      expect(afterSignal(atWork(failed(code)), nudged)).toMatchObject({ kind: 'working', standing: { failures: 0 } });
      expect(afterSignal(atWork(failed(code)), hungUp).kind).toBe('backing-off');
    }
    for (const code of ['revoked', 'unknown-device', 'failing', 'busy'] as const) {
      expect(afterSignal(atWork(failed(code)), nudged).kind).toBe('backing-off');
    }
    expect(afterSignal(atWork(ownLogFailed), nudged).kind).toBe('backing-off');
  });

  it('cuts no wait short that the peer asked for because the peer itself speaks (SYN-12)', () => {
    const asked = atWork(failed('strange', { retryAfterMs: 60_000 }));
    expect(afterSignal(asked, nudged)).toBe(asked);
    expect(afterSignal(asked, { kind: 'network-came-back' }).kind).toBe('working');
  });

  it('goes on pulling while pushes alone are refused, and pushes again no earlier than it may', () => {
    for (const code of ['busy', 'failing', 'too-large'] as const) {
      const refused = atWork({ kind: 'exchanged' }, failed(code, { of: 'push', until: 60 }));
      expect(refused).toMatchObject({ kind: 'pulling-only', until: 60 });
      expect(afterSignal(refused, { kind: 'exchanged' })).toBe(refused);
      const waiting = afterSignal(refused, idle);
      expect(waiting).toMatchObject({ kind: 'backing-off', until: 60 });
      expect(afterSignal(waiting, nudged)).toMatchObject({ kind: 'pulling-only', until: 60 });
      expect(afterSignal(waiting, { kind: 'due' })).toMatchObject({ kind: 'working', standing: { failures: 1 } });
      const both = afterSignal(refused, failed('failing', { until: 30 }));
      expect(both).toMatchObject({ kind: 'backing-off', until: 60, standing: { failures: 2 } });
    }
    expect(atWork(failed('unreachable', { of: 'push' })).kind).toBe('backing-off');
  });

  it('knows whether the peer answers: a busy one does, and an own log that fails says nothing about it', () => {
    const good = atWork({ kind: 'exchanged' });
    expect(answersNow(good)).toBe(true);
    expect(answersNow(afterSignal(good, failed('busy')))).toBe(true);
    expect(answersNow(afterSignal(good, ownLogFailed))).toBe(true);
    expect(answersNow(afterSignal(good, failed('failing')))).toBe(false);
    expect(answersNow(atWork(failed('busy')))).toBe(false);
    expect(answersNow(atWork(ownLogFailed))).toBe(false);
    expect(answersNow(UNWANTED)).toBe(false);
  });

  const signals = fc.oneof(
    fc.constantFrom<LoopSignal>(
      { kind: 'wanted' },
      { kind: 'unwanted' },
      { kind: 'recorded' },
      { kind: 'network-came-back' },
      { kind: 'due' },
      { kind: 'exchanged' },
      ownLogFailed,
      nudged,
      hungUp,
    ),
    fc.integer({ min: 1, max: 999 }).map((until): LoopSignal => ({ kind: 'idle', until })),
    fc
      .record({
        code: fc.constantFrom<SyncFailureKind>('unreachable', 'busy', 'failing', 'too-large', 'revoked'),
        of: fc.constantFrom('push' as const, 'pull' as const),
        until: fc.integer({ min: 1, max: 999 }),
      })
      .map(({ code, ...options }) => failed(code, options)),
  );

  it('whatever happens, forgets its troubles only by an exchange or by not being wanted, and once stopped stays so', () => {
    fc.assert(
      fc.property(fc.array(signals, { maxLength: 60 }), (all) => {
        let state: LoopState = UNWANTED;
        for (const signal of all) {
          const before = standingOf(state);
          state = afterSignal(state, signal);
          const isForgotten = before.kind === 'troubled' && standingOf(state).kind !== 'troubled';
          // At rest there is no trouble: the loop asks the peer before it rests.
          if (isForgotten) expect(['exchanged', 'unwanted', 'idle']).toContain(signal.kind);
        }
        const stopped = afterSignal(state, { kind: 'stopped' });
        expect(all.reduce(afterSignal, stopped)).toEqual({ kind: 'stopped' });
      }),
    );
  });
});
