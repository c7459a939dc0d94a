import { expect, it } from 'vitest';
import { HandWoundTimers } from './hand-wound-timers.ts';

it('runs what falls due, in order and at its time, and nothing that was cancelled', async () => {
  const timers = new HandWoundTimers();
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name} ${timers.elapsed()}`);
  timers.later(20, note('b'));
  timers.later(10, note('a'));
  timers.later(15, note('never'))();
  timers.later(10, () => timers.later(5, note('nested')));
  timers.later(31, note('too late'));
  await timers.advance(30);
  expect(ran).toEqual(['a 10', 'nested 15', 'b 20']);
  expect(timers.elapsed()).toBe(30);
});
