import { beforeEach, describe, expect, it } from 'vitest';
import { shelterIdSchema } from '../identifiers/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import { HandWoundTimers } from '../timers/hand-wound-timers.ts';
import { Exchange, PUSHES_UNPROVEN, witnessOf } from './exchange.ts';
import { SyncFailure } from './sync-failure.ts';
import { MemoryLog, recordAt, SHELTER } from './testing/memory-log.ts';
import { MemoryPeer } from './testing/memory-peer.ts';

let log: MemoryLog;
let peer: MemoryPeer;
let unreadable: number;
let here: () => ReceptionEvent;
let elsewhere: () => ReceptionEvent;

beforeEach(() => {
  log = new MemoryLog('desk1');
  peer = new MemoryPeer(new HandWoundTimers());
  unreadable = 0;
  here = recordAt('desk1');
  elsewhere = recordAt('desk2');
});

const open = () =>
  Exchange.open({
    shelterId: SHELTER,
    log,
    peer,
    eventsPage: 100,
    onServerTime: () => {},
    onUnreadable: (count) => {
      unreadable += count;
    },
  });

describe('the witness of a push (SYN-5)', () => {
  const settled = (...outcomes: ('stored' | 'already-had' | 'quarantined')[]) =>
    outcomes.map((outcome) => {
      const event = here();
      const { id } = event;
      if (outcome === 'quarantined') return { event, outcome: { id, outcome, reason: 'not-authentic' as const } };
      return { event, outcome: { id, outcome } };
    });

  it('is the newest event that was newly stored, not one the peer may have had for long, and none in quarantine', () => {
    const push = settled('stored', 'stored', 'already-had', 'quarantined');
    expect(witnessOf(push, 'own')).toBe(push[1]?.event.id);
    expect(witnessOf(push, 'others')).toBe(push[1]?.event.id);
  });

  it('is, where none was, the newest own one that the peer had: the answer to an earlier push was lost', () => {
    const push = settled('already-had', 'already-had', 'quarantined');
    expect(witnessOf(push, 'own')).toBe(push[1]?.event.id);
    expect(witnessOf(push, 'others')).toBeUndefined();
    expect(witnessOf(settled('quarantined'), 'own')).toBeUndefined();
  });
});

describe('a peer whose store was put back from an older copy (SYN-5)', () => {
  it.each(Array.from({ length: PUSHES_UNPROVEN }, (_, at) => at))(
    'is found out by the next pull, though only push %i of those before it was lost and the copy grew past the mark',
    async (lost) => {
      const exchange = await open();
      const pushed: ReceptionEvent[] = [];
      for (let push = 0; push < PUSHES_UNPROVEN; push += 1) {
        expect(exchange.isPullDue).toBe(false);
        const event = here();
        pushed.push(event);
        log.add(event);
        await exchange.pushOnce('own');
      }
      expect(exchange.isPullDue).toBe(true);
      const gone = pushed[lost];
      if (gone === undefined) throw new Error('no such push');
      peer.events.delete(gone.id);
      peer.put(elsewhere(), elsewhere(), elsewhere());
      expect(await exchange.pullEventsOnce()).toBe(false);
      expect(exchange.generation).toBe(2);
      expect(log.missing('own')).toBe(PUSHES_UNPROVEN);
      await exchange.pushOnce('own');
      expect(peer.events.has(gone.id)).toBe(true);
    },
  );

  it('is found out after a restart by what was pulled last alone', async () => {
    peer.put(elsewhere(), elsewhere());
    await (await open()).pullEventsOnce();
    const [, last] = [...peer.events.keys()];
    if (last === undefined) throw new Error('two events');
    peer.events.delete(last);
    peer.put(elsewhere(), elsewhere());
    const again = await open();
    await again.pullEventsOnce();
    expect(again.generation).toBe(2);
    expect(peer.witnesses.at(-1)).toEqual([last]);
    expect(log.missing('others')).toBe(2);
  });

  it('is not suspected where it lost nothing, and asked for no witness before anything was exchanged', async () => {
    const exchange = await open();
    await exchange.pullEventsOnce();
    expect(peer.witnesses).toEqual([]);
    log.add(here());
    await exchange.pushOnce('own');
    peer.put(elsewhere());
    await exchange.pullEventsOnce();
    await exchange.pullEventsOnce();
    expect(exchange.generation).toBe(1);
    expect(log.missing('own')).toBe(0);
  });

  it('that answers a push under a new epoch counts for what it acknowledged, and for nothing before', async () => {
    const exchange = await open();
    log.add(here(), here());
    await exchange.pushOnce('own');
    peer.events.clear();
    peer.epoch = 'epoch-2';
    log.add(here());
    await exchange.pushOnce('own');
    expect([exchange.generation, log.missing('own'), peer.events.size]).toEqual([2, 2, 1]);
    await exchange.pushOnce('own');
    expect([log.missing('own'), peer.events.size]).toEqual([0, 3]);
  });
});

describe('a step', () => {
  it('ends a pull where the peer says so, not where a page is short (SYN-3)', async () => {
    peer.pageSize = 2;
    peer.put(elsewhere(), elsewhere(), elsewhere());
    const exchange = await open();
    expect([await exchange.pullEventsOnce(), await exchange.pullEventsOnce()]).toEqual([false, true]);
    expect(log.events.size).toBe(3);
  });

  it('leaves out and counts what it cannot read, and takes no event of another shelter', async () => {
    peer.strangers = [{ schema: 99 }, recordAt('desk3', shelterIdSchema.parse('school-2'))()];
    peer.put(elsewhere());
    const exchange = await open();
    expect(await exchange.pullEventsOnce()).toBe(true);
    expect([unreadable, log.events.size]).toEqual([1, 1]);
  });

  it('sets aside the one event that is too large, and halves what is too much (SYN-2)', async () => {
    const [large, ...others] = [here(), here(), here(), here(), here()];
    if (large === undefined) throw new Error('five events');
    log.add(large, ...others);
    peer.fault = (asked, documents) => (asked === 'push' && documents > 2 ? new SyncFailure('too-large') : null);
    const exchange = await open();
    await expect(exchange.pushOnce('own')).rejects.toMatchObject({ code: 'too-large' });
    await exchange.pushOnce('own');
    expect(peer.asked).toEqual(['push 5', 'push 2']);
    const [next] = await log.nextUnsent('own', 1);
    peer.fault = () => new SyncFailure('too-large');
    await expect(exchange.pushOnce('own')).rejects.toMatchObject({ code: 'too-large' });
    expect(await exchange.pushOnce('own')).toBe(true);
    expect([...log.setAsideIds]).toEqual([next?.id]);
    peer.fault = () => null;
    while (await exchange.pushOnce('own'));
    expect([log.missing('own'), peer.events.size]).toEqual([1, 4]);
  });

  it('takes facts from the beginning when they are of another store', async () => {
    const fact = { id: 'revoked:a', kind: 'revoked-device', deviceId: here().deviceId, revoked: true } as const;
    peer.facts.push(fact);
    const exchange = await open();
    expect(await exchange.pullFactsOnce()).toBe(true);
    peer.factsEpoch = 'facts-2';
    expect(await exchange.pullFactsOnce()).toBe(false);
    expect(await exchange.pullFactsOnce()).toBe(true);
    expect(log.facts).toHaveLength(2);
  });

  it('that the own log did not take leaves its marks where they were: the same is asked for again', async () => {
    peer.put(elsewhere());
    const exchange = await open();
    await exchange.pullFactsOnce();
    const before = log.kept;
    log.failure = new Error('disk');
    await expect(exchange.pullEventsOnce()).rejects.toThrow('disk');
    expect(log.kept).toBe(before);
    log.failure = null;
    expect(await exchange.pullEventsOnce()).toBe(true);
    expect(log.events.size).toBe(1);
  });
});
