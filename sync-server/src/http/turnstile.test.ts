import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
import { describe, expect, it } from 'vitest';
import { RequestRefusedError } from './request-refused.ts';
import { Turnstile, type TurnstileLimits } from './turnstile.ts';

const HERE = new AbortController().signal;

const timers = new HandWoundTimers();

function turnstile(limits: Partial<TurnstileLimits> = {}): Turnstile {
  return new Turnstile({ capacity: 2, maxWaiting: 100, maxWaitingEach: 100, chance: () => 0.5, timers, ...limits });
}

/** Enters as soon as there is room, and notes it; leaves only when told. */
class Crowd {
  readonly entered: string[] = [];
  readonly #turnstile: Turnstile;
  readonly #leave: (() => void)[] = [];

  constructor(at: Turnstile) {
    this.#turnstile = at;
  }

  async come(who: string, amount = 1): Promise<void> {
    this.#leave.push(await this.#turnstile.pass(who, amount, HERE));
    this.entered.push(who);
  }

  async firstLeaves(): Promise<void> {
    this.#leave.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a turnstile (SYN-12)', () => {
  it('lets in as much as fits, and the next when one leaves', async () => {
    const crowd = new Crowd(turnstile());
    await Promise.all([crowd.come('a'), crowd.come('b')]);
    const third = crowd.come('c');
    expect(crowd.entered).toEqual(['a', 'b']);
    await crowd.firstLeaves();
    await third;
    expect(crowd.entered).toEqual(['a', 'b', 'c']);
  });

  it('gives devices their turns, however much one of them asks for', async () => {
    const crowd = new Crowd(turnstile({ capacity: 1 }));
    const all = ['greedy', 'greedy', 'greedy', 'greedy', 'modest', 'shy'].map((who) => crowd.come(who));
    while (crowd.entered.length < all.length) await crowd.firstLeaves();
    await Promise.all(all);
    expect(crowd.entered).toEqual(['greedy', 'greedy', 'modest', 'shy', 'greedy', 'greedy']);
  });

  it('lets nobody overtake who needs much room, and nobody need more than there is', async () => {
    const crowd = new Crowd(turnstile({ capacity: 4 }));
    await crowd.come('a', 3);
    const large = crowd.come('large', 1_000);
    const small = crowd.come('small', 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(crowd.entered).toEqual(['a']);
    await crowd.firstLeaves();
    await large;
    await crowd.firstLeaves();
    await small;
    expect(crowd.entered).toEqual(['a', 'large', 'small']);
  });

  it('sends away who waits too long, and who comes when too many wait', async () => {
    const at = turnstile({ capacity: 1, maxWaitMs: 3_000, maxWaiting: 2, maxWaitingEach: 1 });
    const leave = await at.pass('a', 1, HERE);
    const waiting = at.pass('b', 1, HERE);
    await expect(at.pass('b', 1, HERE)).rejects.toMatchObject({ status: 503, code: 'busy' });
    const other = at.pass('c', 1, HERE);
    await expect(at.pass('d', 1, HERE)).rejects.toMatchObject({ status: 503, code: 'busy' });
    const sentAway: unknown[] = [];
    for (const each of [waiting, other]) each.catch((refusal: unknown) => sentAway.push(refusal));
    await timers.advance(2_999);
    expect(sentAway).toEqual([]);
    await timers.advance(1);
    const busy = expect.objectContaining({ status: 503, code: 'busy' });
    expect(sentAway).toEqual([busy, busy]);
    expect(at.waiting).toBe(0);
    leave();
    (await at.pass('e', 1, HERE))();
  });

  it('tells those it sends away to come back at different times', async () => {
    const seconds = new Set<number | undefined>();
    for (const chance of [0, 0.5, 0.999]) {
      const at = turnstile({ capacity: 1, maxWaiting: 0, chance: () => chance });
      await at.pass('a', 1, HERE);
      const refusal = await at.pass('b', 1, HERE).catch((error: unknown) => error);
      if (!(refusal instanceof RequestRefusedError)) throw new Error('was let in');
      seconds.add(refusal.retryAfterSeconds);
      expect(refusal.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    }
    expect(seconds.size).toBeGreaterThan(1);
  });

  it('forgets who is gone', async () => {
    const at = turnstile({ capacity: 1 });
    const leave = await at.pass('a', 1, HERE);
    const gone = new AbortController();
    const waiting = at.pass('b', 1, gone.signal);
    const next = at.pass('c', 1, HERE);
    gone.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    leave();
    (await next)();
    expect(at.waiting).toBe(0);
  });
});
