import { ApiError } from '@uketsuke/shared/contracts';
import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
import { describe, expect, it } from 'vitest';
import { COALESCE_MS, type Refreshed, Refresher } from './refresher.ts';

function refresh(load: (call: number) => Promise<string>) {
  const timers = new HandWoundTimers();
  const states: Refreshed<string>[] = [];
  let calls = 0;
  const refresher = new Refresher<string>({
    load: () => {
      calls += 1;
      return load(calls);
    },
    now: timers.now,
    elapsed: timers.now,
    later: timers.later,
    onChange: (state) => states.push(state),
  });
  return { timers, states, refresher, calls: () => calls };
}

describe('fetching again what is shown', () => {
  it('puts a burst of changes into one further fetch', async () => {
    const { timers, refresher, calls, states } = refresh(async (call) => `answer ${call}`);
    for (let change = 0; change < 50; change += 1) refresher.request();
    await timers.advance(COALESCE_MS);
    expect(calls()).toBe(2);
    await timers.advance(60_000);
    expect(calls()).toBe(2);
    expect(states.at(-1)?.data).toBe('answer 2');
  });

  it('fetches once more when a change comes during a fetch', async () => {
    let finish = (_: string) => {};
    const { timers, refresher, calls } = refresh((call) =>
      call === 1 ? new Promise((resolve) => (finish = resolve)) : Promise.resolve('later'),
    );
    refresher.request();
    await timers.advance(5_000);
    refresher.request();
    refresher.request();
    expect(calls()).toBe(1);
    finish('first');
    await timers.advance(0);
    expect(calls()).toBe(2);
  });

  it('keeps what it has with its time when a fetch fails, and tries again by itself', async () => {
    const { timers, refresher, states } = refresh(async (call) => {
      if (call === 2) throw new ApiError('unreachable');
      return `answer ${call}`;
    });
    refresher.request();
    await timers.advance(10_000);
    refresher.request();
    await timers.advance(0);
    expect(states.at(-1)).toMatchObject({ data: 'answer 1', askedAt: 0, failure: { code: 'unreachable' } });
    await timers.advance(10_000);
    expect(states.at(-1)).toMatchObject({ data: 'answer 3', failure: undefined });
  });

  it('does not repeat what the server refused', async () => {
    const { timers, refresher, calls } = refresh(async () => {
      throw new ApiError('not-allowed');
    });
    refresher.request();
    await timers.advance(600_000);
    expect(calls()).toBe(1);
  });

  it('tells nothing after it was stopped', async () => {
    const { timers, refresher, states } = refresh(async () => 'late');
    refresher.request();
    refresher.stop();
    await timers.advance(10_000);
    expect(states).toEqual([]);
  });
});
