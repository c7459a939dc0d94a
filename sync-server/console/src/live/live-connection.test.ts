import { type RosterNudge, rosterNudgeSchema } from '@uketsuke/shared/contracts';
import { HandWoundTimers } from '@uketsuke/shared/timers/hand-wound-timers';
import { describe, expect, it } from 'vitest';
import {
  type LiveChange,
  LiveConnection,
  type LiveState,
  retryDelay,
  SILENCE_MS,
  type StreamListener,
} from './live-connection.ts';

interface OpenedStream {
  readonly listener: StreamListener;
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly fail: () => void;
}

const nudge = (...shelterIds: string[]): RosterNudge => rosterNudgeSchema.parse({ complete: true, shelterIds });

function connect() {
  const timers = new HandWoundTimers();
  const streams: OpenedStream[] = [];
  const states: LiveState[] = [];
  const changes: LiveChange[] = [];
  const connection = new LiveConnection({
    open: (listener, signal) =>
      new Promise((resolve, reject) => {
        streams.push({ listener, signal, end: resolve, fail: () => reject(new Error('refused')) });
      }),
    now: timers.now,
    later: timers.later,
    random: () => 0,
    onState: (state) => states.push(state),
    onChange: (change) => changes.push(change),
    onComplete: () => {},
  });
  connection.start();
  const stream = (index: number): OpenedStream => {
    const found = streams[index];
    if (found === undefined) throw new Error(`no stream ${index}`);
    return found;
  };
  return { timers, streams, stream, states, changes, connection };
}

describe('the live connection (SYN-4)', () => {
  it('is connected by the first nudge and asks for everything then', () => {
    const { stream, changes, connection } = connect();
    expect(connection.state.connected).toBe(false);
    stream(0).listener.onSignOfLife();
    expect(connection.state.connected).toBe(false);
    stream(0).listener.onNudge(nudge());
    expect(connection.state.connected).toBe(true);
    expect(changes).toEqual(['anything']);
    stream(0).listener.onNudge(nudge('s1', 's2'));
    expect(changes).toEqual(['anything', ['s1', 's2']]);
  });

  it('reconnects after the stream ends and asks for everything again', async () => {
    const { timers, streams, stream, changes, connection } = connect();
    stream(0).listener.onNudge(nudge());
    stream(0).end();
    await timers.advance(0);
    expect(connection.state).toMatchObject({ connected: false, cutOff: true });
    await timers.advance(5_000);
    expect(streams).toHaveLength(2);
    stream(1).listener.onNudge(nudge('s1'));
    expect(connection.state.connected).toBe(true);
    expect(changes).toEqual(['anything', 'anything']);
  });

  it('takes silence for a dead connection, and a heartbeat for life', async () => {
    const { timers, streams, stream, connection } = connect();
    stream(0).listener.onNudge(nudge());
    stream(0).listener.onSignOfLife();
    await timers.advance(SILENCE_MS - 1);
    stream(0).listener.onSignOfLife();
    await timers.advance(SILENCE_MS - 1);
    expect(connection.state).toEqual({ connected: true, cutOff: false, heardAt: SILENCE_MS - 1 });
    await timers.advance(1);
    expect(connection.state.connected).toBe(false);
    expect(stream(0).signal.aborted).toBe(true);
    await timers.advance(5_000);
    expect(streams).toHaveLength(2);
  });

  it('gives up a connection that never says anything', async () => {
    const { timers, streams, stream } = connect();
    await timers.advance(SILENCE_MS);
    expect(stream(0).signal.aborted).toBe(true);
    await timers.advance(5_000);
    expect(streams.length).toBeGreaterThan(1);
  });

  it('no longer hears a stream it gave up', async () => {
    const { timers, stream, changes, connection } = connect();
    stream(0).listener.onNudge(nudge());
    await timers.advance(SILENCE_MS);
    stream(0).listener.onNudge(nudge('s1'));
    expect(connection.state.connected).toBe(false);
    expect(changes).toEqual(['anything']);
  });

  it('tries again more and more slowly while refused, and never stops trying', async () => {
    const { timers, streams, stream } = connect();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      stream(attempt).fail();
      await timers.advance(5_000);
      expect(streams).toHaveLength(attempt + 2);
    }
    expect([0, 1, 2, 3, 20].map((failures) => retryDelay(failures, 0))).toEqual([250, 500, 1_000, 2_000, 5_000]);
    expect(retryDelay(20, 0.999)).toBeLessThanOrEqual(10_000);
  });

  it('tries at once when the network comes back', async () => {
    const { timers, streams, stream, connection } = connect();
    stream(0).fail();
    await timers.advance(0);
    connection.retryNow();
    expect(streams).toHaveLength(2);
    stream(1).listener.onNudge(nudge());
    connection.retryNow();
    await timers.advance(5_000);
    expect(streams).toHaveLength(2);
  });

  it('stays stopped', async () => {
    const { timers, streams, stream, connection } = connect();
    connection.stop();
    expect(stream(0).signal.aborted).toBe(true);
    stream(0).fail();
    await timers.advance(120_000);
    connection.retryNow();
    expect(streams).toHaveLength(1);
  });
});
