import { expect, it } from 'vitest';
import { Listeners } from './listeners.ts';

it('tells everybody subscribed, in the order they came, until they leave', () => {
  const listeners = new Listeners<[name: string]>();
  const told: string[] = [];
  const leave = listeners.subscribe((name) => told.push(`first ${name}`));
  listeners.subscribe((name) => told.push(`second ${name}`));
  listeners.publish('a');
  leave();
  leave();
  listeners.publish('b');
  expect(told).toEqual(['first a', 'second a', 'second b']);
  expect(listeners.count).toBe(1);
});

it('counts the same function once for each subscription', () => {
  const listeners = new Listeners();
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  const leave = listeners.subscribe(listener);
  listeners.subscribe(listener);
  listeners.publish();
  leave();
  listeners.publish();
  expect(calls).toBe(3);
});

it('tells nobody who left, or came, while it was telling', () => {
  const listeners = new Listeners();
  const told: string[] = [];
  listeners.subscribe(() => {
    told.push('first');
    leave();
    listeners.subscribe(() => told.push('late'));
  });
  const leave = listeners.subscribe(() => told.push('second'));
  listeners.publish();
  expect(told).toEqual(['first']);
});

it('tells nobody once cleared', () => {
  const listeners = new Listeners();
  listeners.subscribe(() => expect.fail('told'));
  listeners.clear();
  listeners.publish();
  expect(listeners.count).toBe(0);
});
