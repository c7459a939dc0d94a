import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIVE_HEARTBEAT_MS } from '../contracts/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';
import { HandWoundTimers } from '../timers/hand-wound-timers.ts';
import { Exchange } from './exchange.ts';
import { ExchangeLoop, KNOCK_EVENTS } from './exchange-loop.ts';
import { SyncFailure } from './sync-failure.ts';
import { MemoryLog, recordAt, SHELTER } from './testing/memory-log.ts';
import { type Fault, MemoryPeer } from './testing/memory-peer.ts';

const POLL_MS = 60_000;
/** What SYN-11 allows between the end of a fault and the end of its consequences. */
const RECOVERY_MS = 15_000;

let timers: HandWoundTimers;
let log: MemoryLog;
let peer: MemoryPeer;
let loop: ExchangeLoop;
let yieldMs: number;
let logFailures: unknown[];
let here: () => ReceptionEvent;
let elsewhere: () => ReceptionEvent;

beforeEach(async () => {
  timers = new HandWoundTimers();
  log = new MemoryLog('desk1');
  peer = new MemoryPeer(timers);
  yieldMs = 0;
  logFailures = [];
  here = recordAt('desk1');
  elsewhere = recordAt('desk2');
  loop = new ExchangeLoop({
    exchange: await Exchange.open({
      shelterId: SHELTER,
      log,
      peer,
      eventsPage: 100,
      onServerTime: () => {},
      onUnreadable: () => {},
    }),
    peer,
    timers,
    now: timers.now,
    chance: () => 1,
    pollMs: () => POLL_MS,
    yieldMs: () => yieldMs,
    onChange: () => {},
    onServerTime: () => {},
    onLogFailure: (error) => logFailures.push(error),
  });
  loop.start();
});
afterEach(() => loop.stop());

/** Something is recorded here. */
function record(count = 1): void {
  log.add(...Array.from({ length: count }, here));
  loop.hurry();
}

async function begin(): Promise<void> {
  loop.setWanted(true);
  await timers.advance(0);
}

const asked = (what: string) => peer.asked.filter((one) => one.startsWith(what)).length;
const pushesSince = (from: number) => peer.asked.slice(from).filter((one) => one.startsWith('push'));

describe('a loop that is wanted', () => {
  it('asks for nothing before, and for nothing after', async () => {
    record();
    await timers.advance(POLL_MS);
    expect(peer.asked).toEqual([]);
    await begin();
    expect([peer.events.size, peer.liveConnections, loop.answers]).toEqual([1, 1, true]);
    loop.setWanted(false);
    await timers.advance(0);
    const before = peer.asked.length;
    record();
    await timers.advance(2 * POLL_MS);
    expect([peer.asked.length, peer.liveConnections, loop.answers]).toEqual([before, 0, false]);
    peer.put(elsewhere());
    await begin();
    expect([peer.events.size, log.events.size]).toEqual([3, 3]);
  });

  it('brings what is recorded up at once, and what others record down at a nudge (SYN-4)', async () => {
    await begin();
    record(3);
    await timers.advance(0);
    expect([log.missing('own'), peer.events.size]).toEqual([0, 3]);
    peer.put(elsewhere());
    await timers.advance(0);
    expect(log.events.size).toBe(4);
  });

  it('misses nothing that is recorded while it looks', async () => {
    await begin();
    let once = true;
    log.beforeLook = () => {
      if (once) queueMicrotask(() => record());
      once = false;
    };
    loop.hurry();
    await timers.advance(0);
    expect(log.missing('own')).toBe(0);
  });

  it('asks anyway after a while, whatever the live connection says', async () => {
    await begin();
    const event = elsewhere();
    peer.events.set(event.id, event);
    await timers.advance(POLL_MS - 1);
    expect(log.events.size).toBe(0);
    const facts = asked('facts');
    await timers.advance(1);
    expect([log.events.size, asked('facts')]).toEqual([1, facts + 1]);
  });

  it('asks at once when the live connection ends or falls silent: nothing waits for a nudge that was lost', async () => {
    await begin();
    const event = elsewhere();
    peer.events.set(event.id, event);
    peer.hangUp();
    await timers.advance(0);
    expect(log.events.size).toBe(1);
    await timers.advance(5_000);
    expect(peer.liveConnections).toBe(1);
    peer.fault = (what) => (what === 'live' ? 'silence' : null);
    peer.put(elsewhere());
    await timers.advance(4 * LIVE_HEARTBEAT_MS);
    expect(log.events.size).toBe(2);
  });
});

describe('the order of steps', () => {
  it('is own events first, even during a long pull, and others’ only after the pull has shown what is there', async () => {
    peer.pageSize = 2;
    const [known, unknown] = [elsewhere(), elsewhere()];
    log.add(known, unknown);
    peer.events.set(known.id, known);
    for (let at = 0; at < 20; at += 1) {
      const event = elsewhere();
      peer.events.set(event.id, event);
    }
    yieldMs = 100;
    await begin();
    await timers.advance(300);
    expect(asked('events')).toBeLessThan(5);
    record();
    await timers.advance(0);
    expect(pushesSince(0)).toEqual(['push 1']);
    await timers.advance(5_000);
    expect(pushesSince(0)).toEqual(['push 1', 'push 1']);
    expect([peer.events.has(unknown.id), log.missing('others'), log.missing('own')]).toEqual([true, 0, 0]);
  });

  it('is in turn between events and facts, so that neither waits for the other', async () => {
    peer.pageSize = 1;
    for (let at = 0; at < 4; at += 1) {
      const event = elsewhere();
      peer.events.set(event.id, event);
      peer.facts.push({ id: `device:${at}`, kind: 'revoked-device', deviceId: event.deviceId, revoked: true });
    }
    await begin();
    const pulls = peer.asked.filter((one) => one === 'events' || one === 'facts');
    expect(pulls.slice(0, 8)).toEqual(['events', 'facts', 'events', 'facts', 'events', 'facts', 'events', 'facts']);
  });

  it('leaves the machine to its user between two steps, but not while something waits to be pushed', async () => {
    peer.pageSize = 1;
    for (let at = 0; at < 3; at += 1) {
      const event = elsewhere();
      peer.events.set(event.id, event);
    }
    yieldMs = 100;
    await begin();
    expect(asked('events')).toBe(1);
    record();
    await timers.advance(0);
    expect(peer.asked.filter((one) => one !== 'live').slice(0, 2)).toEqual(['events', 'push 1']);
    await timers.advance(1_000);
    expect(log.events.size).toBe(4);
  });

  it('has a pull between so many pushes of a long backlog, so that no store is restored unseen (SYN-5)', async () => {
    peer.fault = (what, documents) => (what === 'push' && documents > 1 ? new SyncFailure('too-large') : null);
    record(12);
    await begin();
    await timers.advance(60_000);
    expect(log.missing('own')).toBe(0);
    const order = peer.asked.filter((one) => one === 'push 1' || one === 'events').map((one) => one.slice(0, 4));
    expect(order.join('')).not.toMatch(/(push){4}/);
  });
});

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['a server that cannot be reached', new SyncFailure('unreachable')],
  ['a connection that swallows everything', 'silence'],
  ['a server whose database is away', new SyncFailure('failing')],
  ['something else that answers', new SyncFailure('strange')],
  ['requests that are all too large', new SyncFailure('too-large')],
  ['a server that knows the device no more', new SyncFailure('unknown-device')],
  ['a device that is withdrawn', new SyncFailure('revoked')],
  ['a busy server', new SyncFailure('busy', { retryAfterMs: 6_000 })],
];

describe('recovery without a person (SYN-11)', () => {
  it.each(FAULTS)('is complete within 15 s after %s', async (_, fault) => {
    peer.fault = () => fault;
    record(40);
    await begin();
    await timers.advance(3 * 60_000);
    expect(loop.trouble).not.toBeNull();
    expect(loop.answers).toBe(false);
    peer.fault = () => null;
    const event = elsewhere();
    peer.events.set(event.id, event);
    await timers.advance(RECOVERY_MS);
    expect([log.missing('own') - log.setAsideIds.size, log.events.size, loop.trouble]).toEqual([0, 41, null]);
  });

  it('knocks with a few events where nobody answered, and brings the rest at once when somebody does', async () => {
    peer.fault = () => new SyncFailure('unreachable');
    record(30);
    await begin();
    await timers.advance(60_000);
    peer.fault = () => null;
    const before = peer.asked.length;
    await timers.advance(5_000);
    expect(pushesSince(before)).toEqual([`push ${KNOCK_EVENTS}`, 'push 20']);
  });

  it('finds the size that a network carries which swallows what is large', async () => {
    peer.fault = (what, documents) => (what === 'push' && documents > 7 ? 'silence' : null);
    record(40);
    await begin();
    await timers.advance(3 * 60_000);
    expect([log.missing('own'), peer.events.size, loop.trouble]).toEqual([0, 40, null]);
  });

  it('goes on at once when the network is said to be back', async () => {
    peer.fault = () => new SyncFailure('unreachable');
    record();
    await begin();
    await timers.advance(60_000);
    peer.fault = () => null;
    loop.networkCameBack();
    await timers.advance(0);
    expect([log.missing('own'), peer.liveConnections]).toEqual([0, 1]);
  });

  it('goes on after its own log failed, tells that, and takes it for no failure of the peer', async () => {
    await begin();
    log.failure = new Error('disk');
    record();
    await timers.advance(10_000);
    expect(loop.trouble).toEqual({ kind: 'own-log', cause: log.failure });
    expect([logFailures.length > 1, loop.answers]).toEqual([true, true]);
    log.failure = null;
    await timers.advance(RECOVERY_MS);
    expect([log.missing('own'), loop.trouble]).toEqual([0, null]);
  });
});

describe('a peer that takes no pushes', () => {
  it('is pulled from all the same, and pushed to no earlier than it asked, whatever it nudges (SYN-12)', async () => {
    await begin();
    peer.fault = (what) => (what === 'push' ? new SyncFailure('busy', { retryAfterMs: 20_000 }) : null);
    record();
    await timers.advance(0);
    const before = peer.asked.length;
    for (let second = 0; second < 19; second += 1) {
      peer.put(elsewhere());
      loop.hurry();
      await timers.advance(1_000);
    }
    expect(log.events.size).toBe(20);
    expect(pushesSince(before)).toEqual([]);
    expect(loop.trouble).toMatchObject({ kind: 'peer', of: 'push', failure: { code: 'busy' } });
    peer.fault = () => null;
    await timers.advance(RECOVERY_MS);
    expect([log.missing('own'), loop.trouble]).toEqual([0, null]);
  });

  it('does not answer for all that when it says that it cannot now', async () => {
    await begin();
    peer.fault = (what) => (what === 'push' ? new SyncFailure('failing', { retryAfterMs: 1_000 }) : null);
    record();
    await timers.advance(30_000);
    expect(loop.answers).toBe(false);
  });
});

it('pushes on where pulls are refused: what was recorded here goes up all the same', async () => {
  await begin();
  peer.fault = (what) => (what === 'events' ? new SyncFailure('failing') : null);
  for (let at = 0; at < 8; at += 1) {
    record();
    await timers.advance(8_000);
  }
  expect(log.missing('own')).toBe(0);
  peer.fault = () => null;
  peer.put(elsewhere());
  await timers.advance(RECOVERY_MS);
  expect([log.events.size, loop.trouble]).toEqual([9, null]);
});

it('offers everything again to a blank store in the place of another, and pulls from the beginning (SYN-5)', async () => {
  const kept = elsewhere();
  peer.put(kept);
  record(3);
  await begin();
  peer.events.clear();
  peer.epoch = 'epoch-2';
  peer.put(elsewhere());
  await timers.advance(0);
  expect([peer.events.size, log.missing('own'), log.missing('others'), log.events.size]).toEqual([5, 0, 0, 5]);
});

it('asks a device’s peer again although it was refused (SYN-7), and stops for good when it is stopped', async () => {
  peer.fault = () => new SyncFailure('revoked');
  record();
  await begin();
  const before = asked('push');
  await timers.advance(60_000);
  expect(asked('push') - before).toBeGreaterThan(3);
  await loop.stop();
  const { length } = peer.asked;
  peer.fault = () => null;
  loop.hurry();
  loop.networkCameBack();
  await timers.advance(10 * POLL_MS);
  expect(peer.asked.length).toBe(length);
});
