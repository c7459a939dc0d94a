import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock.ts';

const SERVER_TIME = Date.UTC(2026, 10, 22, 7, 0, 0);

describe('the server clock', () => {
  it('follows the server when the PC is an hour behind', () => {
    const clock = new ServerClock(() => SERVER_TIME - 3_600_000);
    clock.note('Sun, 22 Nov 2026 07:00:00 GMT');
    expect(clock.now()).toBe(SERVER_TIME);
  });

  it('keeps the PC clock when they agree to the second', () => {
    const clock = new ServerClock(() => SERVER_TIME + 900);
    clock.note('Sun, 22 Nov 2026 07:00:00 GMT');
    expect(clock.now()).toBe(SERVER_TIME + 900);
  });

  it.each([null, '', 'soon'])('ignores the header %j', (header) => {
    const clock = new ServerClock(() => 5);
    clock.note(header);
    expect(clock.now()).toBe(5);
  });
});
