import { rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
import { describe, expect, it } from 'vitest';
import type { StreamListener } from './live-connection.ts';
import { LiveParts } from './live-parts.ts';

const hello = rosterNudgeSchema.parse({ complete: true, shelterIds: [] });

function makeParts() {
  const timers = new HandWoundTimers();
  const listeners: StreamListener[] = [];
  const ends: (() => void)[] = [];
  const parts = new LiveParts({
    open: (listener) =>
      new Promise((resolve) => {
        listeners.push(listener);
        ends.push(resolve);
      }),
    now: timers.now,
    later: timers.later,
    random: () => 0,
  });
  parts.start();
  return { timers, parts, speak: (nudge = hello) => listeners.at(-1)?.onNudge(nudge), cut: () => ends.at(-1)?.() };
}

describe('the freshness of the screen', () => {
  it('is that of its oldest part once the connection is cut', async () => {
    const { timers, parts, speak, cut } = makeParts();
    speak();
    await timers.advance(100);
    parts.report(Symbol('old'), { fetchedAt: 5, failing: true });
    parts.report(Symbol('new'), { fetchedAt: 100, failing: false });
    expect(parts.freshness()).toEqual({ kind: 'stale', asOf: 5 });
    cut();
    await timers.advance(0);
    expect(parts.freshness()).toEqual({ kind: 'stale', asOf: 5 });
  });

  it('is current again after the part that failed is fetched or gone', () => {
    const { parts, speak } = makeParts();
    speak();
    const part = Symbol('part');
    parts.report(part, { fetchedAt: 0, failing: true });
    expect(parts.freshness().kind).toBe('stale');
    parts.report(part, { fetchedAt: 0, failing: false });
    expect(parts.freshness().kind).toBe('current');
    parts.report(part, undefined);
    expect(parts.freshness()).toEqual({ kind: 'current', asOf: 0 });
  });

  it('goes with whether the roster is complete', () => {
    const { parts, speak } = makeParts();
    let told = 0;
    parts.onStatus(() => {
      told += 1;
    });
    speak({ ...hello, complete: false });
    expect(parts.isComplete()).toBe(false);
    const before = told;
    speak(hello);
    expect(parts.isComplete()).toBe(true);
    expect(told).toBe(before + 1);
  });

  it('tells listeners of a change until they leave', () => {
    const { parts, speak } = makeParts();
    const heard: unknown[] = [];
    const leave = parts.onChange((change) => heard.push(change));
    speak();
    leave();
    speak();
    expect(heard).toEqual(['anything']);
  });
});
