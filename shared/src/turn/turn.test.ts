import { expect, it } from 'vitest';
import { Turn } from './turn.ts';

it('runs one job at a time, in the order they came', async () => {
  const turn = new Turn();
  const told: string[] = [];
  let endFirst = (): void => undefined;
  const firstMayEnd = new Promise<void>((resolve) => {
    endFirst = resolve;
  });
  const results = [
    turn.run(async () => {
      told.push('first begins');
      await firstMayEnd;
      told.push('first ends');
      return 1;
    }),
    turn.run(() => {
      told.push('second');
      return 2;
    }),
  ];
  await Promise.resolve();
  expect(told).toEqual(['first begins']);
  endFirst();
  expect(await Promise.all(results)).toEqual([1, 2]);
  expect(told).toEqual(['first begins', 'first ends', 'second']);
});

it('tells a failure to whoever enqueued the job, and goes on', async () => {
  const turn = new Turn();
  const failing = turn.run(() => Promise.reject(new Error('disk full')));
  const throwing = turn.run(() => {
    throw new Error('thrown at once');
  });
  const next = turn.run(() => 'went on');
  await expect(failing).rejects.toThrow('disk full');
  await expect(throwing).rejects.toThrow('thrown at once');
  expect(await next).toBe('went on');
});

it('is settled when everything enqueued so far has ended, well or not', async () => {
  const turn = new Turn();
  await turn.settled();
  let ended = 0;
  const failing = turn.run(async () => {
    await Promise.resolve();
    ended += 1;
    throw new Error('no');
  });
  failing.catch(() => undefined);
  turn.run(() => (ended += 1));
  await turn.settled();
  expect(ended).toBe(2);
});
