import { rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { LIVE_SILENCE_MS } from '@uketsuke/shared/sync';
import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
import { describe, expect, it } from 'vitest';
import { LiveParts } from './live-parts.ts';

const hello = rosterNudgeSchema.parse({ complete: true, shelterIds: [] });

function makeParts() {
  const timers = new HandWoundTimers();
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const parts = new LiveParts({
    open: async () => new ReadableStream({ start: (controller) => void streams.push(controller) }),
    now: timers.now,
    timers,
    chance: () => 0,
  });
  parts.start();
  const send = async (text: string) => {
    await timers.advance(0);
    streams.at(-1)?.enqueue(new TextEncoder().encode(text));
    await timers.advance(0);
  };
  const cut = async () => {
    streams.at(-1)?.close();
    await timers.advance(0);
  };
  return {
    timers,
    parts,
    streams,
    speak: (nudge = hello) => send(`data: ${JSON.stringify(nudge)}\n\n`),
    beat: () => send(': still here\n\n'),
    cut,
  };
}

describe('the freshness of the screen', () => {
  it('is that of its oldest part once the connection is cut', async () => {
    const { timers, parts, speak, cut } = makeParts();
    await speak();
    await timers.advance(100);
    parts.report(Symbol('old'), { fetchedAt: 5, failing: true });
    parts.report(Symbol('new'), { fetchedAt: 100, failing: false });
    expect(parts.freshness()).toEqual({ kind: 'stale', asOf: 5 });
    await cut();
    expect(parts.freshness()).toEqual({ kind: 'stale', asOf: 5 });
  });

  it('is current again after the part that failed is fetched or gone', async () => {
    const { parts, speak } = makeParts();
    await speak();
    const part = Symbol('part');
    parts.report(part, { fetchedAt: 0, failing: true });
    expect(parts.freshness().kind).toBe('stale');
    parts.report(part, { fetchedAt: 0, failing: false });
    expect(parts.freshness().kind).toBe('current');
    parts.report(part, undefined);
    expect(parts.freshness()).toEqual({ kind: 'current', asOf: 0 });
  });

  it('is connected by the first nudge, not by a heartbeat, and of the last sign of life since', async () => {
    const { timers, parts, speak, beat } = makeParts();
    await beat();
    expect(parts.freshness().kind).toBe('connecting');
    await speak();
    await timers.advance(LIVE_SILENCE_MS - 1);
    await beat();
    await timers.advance(LIVE_SILENCE_MS - 1);
    expect(parts.freshness()).toEqual({ kind: 'current', asOf: LIVE_SILENCE_MS - 1 });
    parts.report(Symbol('part'), { fetchedAt: 0, failing: false });
    await timers.advance(1);
    expect(parts.freshness()).toEqual({ kind: 'stale', asOf: LIVE_SILENCE_MS - 1 });
  });

  it('goes with whether the roster is complete', async () => {
    const { parts, speak } = makeParts();
    let told = 0;
    parts.onStatus(() => {
      told += 1;
    });
    await speak({ ...hello, complete: false });
    expect(parts.isComplete()).toBe(false);
    const before = told;
    await speak(hello);
    expect(parts.isComplete()).toBe(true);
    expect(told).toBe(before + 1);
  });
});

describe('a change', () => {
  it('is of the shelters named, but of anything after every connection: some may have been missed (SYN-4)', async () => {
    const { timers, parts, streams, speak, cut } = makeParts();
    const heard: unknown[] = [];
    parts.onChange((change) => heard.push(change));
    await speak();
    await speak(rosterNudgeSchema.parse({ complete: true, shelterIds: ['s1', 's2'] }));
    await cut();
    await timers.advance(5_000);
    expect(streams).toHaveLength(2);
    await speak(rosterNudgeSchema.parse({ complete: true, shelterIds: ['s1'] }));
    expect(heard).toEqual(['anything', ['s1', 's2'], 'anything']);
  });

  it('is told to listeners until they leave', async () => {
    const { parts, speak } = makeParts();
    const heard: unknown[] = [];
    const leave = parts.onChange((change) => heard.push(change));
    await speak();
    leave();
    await speak();
    expect(heard).toEqual(['anything']);
  });
});
