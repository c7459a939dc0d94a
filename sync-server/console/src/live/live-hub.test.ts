import { rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { describe, expect, it } from 'vitest';
import { HandWoundTimers } from '../time/hand-wound-timers.ts';
import type { StreamListener } from './live-connection.ts';
import { LiveHub } from './live-hub.ts';

const hello = rosterNudgeSchema.parse({ complete: true, shelterIds: [] });

function makeHub() {
  const timers = new HandWoundTimers();
  const listeners: StreamListener[] = [];
  const ends: (() => void)[] = [];
  const hub = new LiveHub({
    open: (listener) =>
      new Promise((resolve) => {
        listeners.push(listener);
        ends.push(resolve);
      }),
    now: timers.now,
    later: timers.later,
    random: () => 0,
  });
  hub.start();
  return { timers, hub, speak: (nudge = hello) => listeners.at(-1)?.onNudge(nudge), cut: () => ends.at(-1)?.() };
}

describe('the freshness of the screen', () => {
  it('is that of its oldest part once the connection is cut', async () => {
    const { timers, hub, speak, cut } = makeHub();
    speak();
    await timers.advance(100);
    hub.report(Symbol('old'), { fetchedAt: 5, failing: true });
    hub.report(Symbol('new'), { fetchedAt: 100, failing: false });
    expect(hub.freshness()).toEqual({ kind: 'stale', asOf: 5 });
    cut();
    await timers.advance(0);
    expect(hub.freshness()).toEqual({ kind: 'stale', asOf: 5 });
  });

  it('is current again after the part that failed is fetched or gone', () => {
    const { hub, speak } = makeHub();
    speak();
    const part = Symbol('part');
    hub.report(part, { fetchedAt: 0, failing: true });
    expect(hub.freshness().kind).toBe('stale');
    hub.report(part, { fetchedAt: 0, failing: false });
    expect(hub.freshness().kind).toBe('current');
    hub.report(part, undefined);
    expect(hub.freshness()).toEqual({ kind: 'current', asOf: 0 });
  });

  it('goes with whether the roster is complete', () => {
    const { hub, speak } = makeHub();
    let told = 0;
    hub.onStatus(() => {
      told += 1;
    });
    speak({ ...hello, complete: false });
    expect(hub.isComplete()).toBe(false);
    const before = told;
    speak(hello);
    expect(hub.isComplete()).toBe(true);
    expect(told).toBe(before + 1);
  });

  it('tells listeners of a change until they leave', () => {
    const { hub, speak } = makeHub();
    const heard: unknown[] = [];
    const leave = hub.onChange((change) => heard.push(change));
    speak();
    leave();
    speak();
    expect(heard).toEqual(['anything']);
  });
});
