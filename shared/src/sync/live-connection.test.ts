import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SyncFailureKind } from '../errors/error-codes.ts';
import { HandWoundTimers } from '../timers/hand-wound-timers.ts';
import { LIVE_SILENCE_MS, LiveConnection } from './live-connection.ts';
import { SyncFailure } from './sync-failure.ts';

interface Opened {
  readonly signal: AbortSignal;
  readonly send: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly refuse: (failure: unknown) => Promise<void>;
}

/** A connection whose streams the test answers. */
async function connect() {
  const timers = new HandWoundTimers();
  const opened: Opened[] = [];
  const heard: string[] = [];
  const ends: SyncFailureKind[] = [];
  const connection = new LiveConnection({
    open: (signal) =>
      new Promise((resolve, reject) => {
        let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
        const answer = () => {
          if (stream !== undefined) return stream;
          const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
            stream = controller;
          };
          resolve(new ReadableStream({ start }));
          return stream;
        };
        opened.push({
          signal,
          send: async (text) => {
            answer()?.enqueue(new TextEncoder().encode(text));
            await timers.advance(0);
          },
          end: async () => {
            answer()?.close();
            await timers.advance(0);
          },
          refuse: async (failure) => {
            reject(failure);
            await timers.advance(0);
          },
        });
      }),
    nudge: z.object({ at: z.int() }),
    timers,
    chance: () => 0,
    onNudge: ({ at }, isFirst) => heard.push(isFirst ? `first ${at}` : `${at}`),
    onEnded: ({ code }) => ends.push(code),
  });
  connection.start();
  await timers.advance(0);
  const at = (index: number): Opened => {
    const found = opened[index];
    if (found === undefined) throw new Error(`no connection ${index}`);
    return found;
  };
  return { timers, opened, at, heard, ends, connection };
}

const nudge = (at: number) => `event: changed\ndata: {"at":${at}}\n\n`;

describe('the live connection (SYN-4)', () => {
  it('brings nudges, tells the first of each connection, and passes over what is none', async () => {
    const { at, heard } = await connect();
    await at(0).send(nudge(1));
    await at(0).send('data: not json\n\ndata: {"at":"x"}\n\n: heartbeat\n\n');
    const [half, rest] = [nudge(2).slice(0, 20), nudge(2).slice(20)];
    await at(0).send(half);
    await at(0).send(rest);
    expect(heard).toEqual(['first 1', '2']);
  });

  it('reconnects after the stream ends', async () => {
    const { timers, at, heard, ends } = await connect();
    await at(0).send(nudge(1));
    await at(0).end();
    expect(ends).toEqual(['unreachable']);
    await timers.advance(1_000);
    await at(1).send(nudge(2));
    expect(heard).toEqual(['first 1', 'first 2']);
  });

  it('takes silence for a dead connection, and a heartbeat for life', async () => {
    const { timers, opened, at, ends } = await connect();
    await at(0).send(nudge(1));
    await timers.advance(LIVE_SILENCE_MS - 1);
    await at(0).send(': still here\n\n');
    await timers.advance(LIVE_SILENCE_MS - 1);
    expect(ends).toEqual([]);
    await timers.advance(1);
    expect(ends).toEqual(['timed-out']);
    expect(at(0).signal.aborted).toBe(true);
    await timers.advance(5_000);
    expect(opened).toHaveLength(2);
  });

  it('gives up a connection that never says anything, though its request does not end when aborted', async () => {
    const { timers, opened, at, ends } = await connect();
    await timers.advance(LIVE_SILENCE_MS);
    expect([at(0).signal.aborted, ends]).toEqual([true, ['timed-out']]);
    await timers.advance(5_000);
    expect(opened.length).toBeGreaterThan(1);
  });

  it('no longer hears a stream it gave up', async () => {
    const { timers, at, heard } = await connect();
    await at(0).send(nudge(1));
    await timers.advance(LIVE_SILENCE_MS);
    await at(0)
      .send(nudge(2))
      .catch(() => undefined);
    expect(heard).toEqual(['first 1']);
  });

  it('tries again more and more slowly while refused, never stops trying, and waits as long as it is asked', async () => {
    const { timers, opened, at, ends } = await connect();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await at(attempt).refuse(new Error('refused'));
      await timers.advance(4_000);
      expect(opened).toHaveLength(attempt + 2);
    }
    expect(new Set(ends)).toEqual(new Set(['unreachable']));
    await at(12).refuse(new SyncFailure('busy', { retryAfterMs: 60_000 }));
    await timers.advance(59_999);
    expect(opened).toHaveLength(13);
    await timers.advance(1);
    expect(opened).toHaveLength(14);
  });

  it('tries at once when the network comes back, also in the place of a try that nothing came of', async () => {
    const { timers, opened, at, heard, ends, connection } = await connect();
    await at(0).refuse(new Error('refused'));
    connection.hurry();
    await timers.advance(0);
    expect(opened).toHaveLength(2);
    connection.hurry();
    await timers.advance(0);
    expect([opened.length, at(1).signal.aborted, ends.length]).toEqual([3, true, 1]);
    await at(2).send(nudge(1));
    connection.hurry();
    await timers.advance(5_000);
    expect(opened).toHaveLength(3);
    expect(heard).toEqual(['first 1']);
  });

  it('stays stopped, until it is started again', async () => {
    const { timers, opened, at, ends, connection } = await connect();
    await timers.advance(0);
    await connection.stop();
    expect(at(0).signal.aborted).toBe(true);
    await timers.advance(120_000);
    connection.hurry();
    expect([opened.length, ends]).toEqual([1, []]);
    connection.start();
    await timers.advance(0);
    expect(opened).toHaveLength(2);
  });
});
