import { createServer, type Server, type Socket } from 'node:net';
import { checkpointSchema } from '@uketsuke/shared/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CityKeys, householdOf } from '../../../testbed/test-kiosk/city-keys.ts';
import { admit, eventsOfAnotherDesk } from '../../../testbed/test-kiosk/desk-steps.ts';
import { PassingTime } from '../../../testbed/test-kiosk/passing-time.ts';
import { TestKiosk } from '../../../testbed/test-kiosk/test-kiosk.ts';
import { TestSyncServer } from '../../../testbed/test-kiosk/test-sync-server.ts';
import { KioskStore } from '../store/kiosk-store.ts';

const now = () => Date.now();

let time: PassingTime;
let city: CityKeys;
let kiosk: TestKiosk;
let server: TestSyncServer;

beforeEach(async () => {
  time = new PassingTime();
  city = await CityKeys.build(9);
  kiosk = await TestKiosk.build(city.secrets('desk1'));
  server = new TestSyncServer(now);
  time.watch(server);
  await server.start();
  kiosk.serverUrl = server.url;
});
afterEach(async () => {
  await kiosk.remove();
  await server.stop();
});

describe('syncing', () => {
  it('brings everything to a server that was down from the start, with nothing pressed (SYN-1)', async () => {
    await server.stop();
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 5);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('server-unreachable'));
    expect(desk.view.snapshot().sync).toMatchObject({ pending: 5, lastExchangeAt: null });
    expect(desk.view.snapshot().sync.oldestPendingAt).toBe(desk.view.snapshot().recent.at(-1)?.admittedAt);
    await server.start();
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
    expect(server.events.size).toBe(5);
    expect(desk.view.snapshot().sync.oldestPendingAt).toBeNull();
  });

  it('knocks with a few events where nobody answered, and brings the rest at once when somebody does (SYN-11)', async () => {
    await server.stop();
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 30);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('server-unreachable'));
    await server.start();
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
    expect(server.pushes).toEqual([10, 20]);
  });

  it('keeps what is acknowledged over a restart, and offers only the rest (SYN-1)', async () => {
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
    const pushed = server.pushes.reduce((sum, count) => sum + count, 0);
    await server.stop();
    const again = await kiosk.open({ now, ...time.options });
    expect(again.view.snapshot().sync.pending).toBe(0);
    expect(pushed).toBe(2);
  });

  it('pulls what other desks recorded, page by page to the end the server names (SYN-3, SYN-4)', async () => {
    server.put(...eventsOfAnotherDesk(city, 10));
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(10));
    server.put(...eventsOfAnotherDesk(city, 1, 900));
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(11));
    expect(desk.view.snapshot().sync.pending).toBe(0);
    expect(desk.view.snapshot().recent).toEqual([]);
  });

  it('pulls again what a damaged store lost, though its checkpoint survived (DUR-2)', async () => {
    server.put(...eventsOfAnotherDesk(city, 3));
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 1);
    await time.until(() =>
      expect(desk.view.snapshot()).toMatchObject({ counts: { admitted: 4 }, sync: { pending: 0 } }),
    );
    await kiosk.close();
    const name = `uketsuke-${kiosk.secrets.enrolment.deviceId}`;
    const whole = await KioskStore.open(name, kiosk.storage);
    const checkpoint = await whole.mark('checkpoint-events', checkpointSchema);
    const known = await whole.mark('server', z.unknown());
    await whole.close();
    await kiosk.loseStore();
    const damaged = await KioskStore.open(name, kiosk.storage);
    await damaged.setMark('checkpoint-events', checkpoint);
    await damaged.setMark('server', known);
    await damaged.close();
    expect(checkpoint).not.toBeNull();
    const again = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(again.view.snapshot().counts.admitted).toBe(4));
  });

  it('admits nobody twice whom another desk of the shelter admitted (RCP-4)', async () => {
    server.put(...eventsOfAnotherDesk(city, 1, 700));
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(1));
    const card = await city.card(householdOf(700, 1), now());
    expect(await desk.cards.scan(card, 'shelter')).toMatchObject({ kind: 'already-admitted' });
  });

  it('one quarantined event blocks no other and is counted (SYN-2)', async () => {
    let first: string | undefined;
    server.quarantine = (event) => {
      first ??= event.id;
      return event.id === first;
    };
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 4);
    await time.until(() =>
      expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, quarantined: 1, quarantinedAtCity: 1 }),
    );
    expect(server.events.size).toBe(3);
    expect((await kiosk.open({ now, ...time.options })).view.snapshot().sync.quarantined).toBe(1);
  });

  it('offers everything again, its own and what it pulled, to a server of another epoch (SYN-5)', async () => {
    server.put(...eventsOfAnotherDesk(city, 4));
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 3);
    await time.until(() => expect(desk.view.snapshot().counts.admitted).toBe(7));
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
    await server.stop();
    server.events.clear();
    server.epoch = 'epoch-2';
    await server.start();
    await time.until(() => expect(server.events.size).toBe(7));
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  });

  it('offers everything again when the high-water mark goes back (SYN-5)', async () => {
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 3);
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
    await server.stop();
    const [lost = ''] = server.events.keys();
    server.events.delete(lost);
    await server.start();
    await time.until(() => expect(server.events.size).toBe(3));
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
  });

  it('goes on admitting when revoked, and says so (SYN-7)', async () => {
    server.revoked = true;
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('device-revoked'));
    expect(desk.view.snapshot().sync.pending).toBe(2);
    await admit(desk, city, 1, 300);
    expect(desk.view.snapshot().counts.admitted).toBe(3);
  });

  it('waits as long as the server asks (Retry-After), then goes on', async () => {
    server.refusesPushes = { status: 503, retryAfter: '60', code: 'database-unavailable' };
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 1);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('server-failing'));
    const asked = time.timers.elapsed();
    server.refusesPushes = null;
    await time.until(() => expect(desk.view.snapshot().sync.pending).toBe(0));
    expect(server.events.size).toBe(1);
    expect(time.timers.elapsed() - asked).toBeGreaterThan(59_000);
    expect(time.timers.elapsed() - asked).toBeLessThan(91_000);
  });

  it('takes revoked cards and withdrawn issuer keys from the facts, also after a restart (CRD-5, CRD-8)', async () => {
    const desk = await kiosk.open({ now, ...time.options });
    const household = householdOf(40, 1);
    const card = await city.card(household, now());
    const outcome = await desk.cards.scan(card, 'shelter');
    if (outcome.kind !== 'admitted' || outcome.cardId === null || outcome.cardId === null)
      throw new Error('not admitted');
    server.facts = [city.fact({ id: `revoked:${outcome.cardId}`, kind: 'revoked-card', cardId: outcome.cardId })];
    server.nudge();
    await time.until(async () =>
      expect(await desk.cards.scan(card, 'shelter')).toEqual({ kind: 'refused', refusal: 'revoked' }),
    );
    await server.stop();
    const again = await kiosk.open({ now, ...time.options });
    expect(await again.cards.scan(card, 'shelter')).toEqual({ kind: 'refused', refusal: 'revoked' });
    const [key] = kiosk.secrets.enrolment.issuerKeys;
    if (key === undefined) throw new Error('no issuer key');
    server.facts.push(city.fact({ id: 'issuer:1', kind: 'issuer-key', key: { ...key, state: 'withdrawn' } }));
    await server.start();
    const other = await city.card(householdOf(41, 1), now());
    await time.until(async () =>
      expect(await again.cards.scan(other, 'shelter')).toEqual({ kind: 'refused', refusal: 'unknown-issuer' }),
    );
  });

  it('says when the laptop’s clock is off', async () => {
    server.offsetMs = 10 * 60_000;
    const desk = await kiosk.open({ now, ...time.options });
    await time.until(() => expect(desk.view.snapshot().clock).toBe('behind'));
  });
});

describe('a connection that swallows everything', () => {
  it('fails after the timeout and recovers when it heals', async () => {
    await server.stop();
    const sockets = new Set<Socket>();
    const port = Number(new URL(server.url).port);
    const hole = await listen(port, sockets);
    time.watch({
      get swallowed() {
        return sockets.size;
      },
    });
    const desk = await kiosk.open({ now, ...time.options });
    await admit(desk, city, 2);
    await time.until(() => expect(desk.view.snapshot().sync.trouble).toBe('server-unreachable'));
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => hole.close(() => resolve()));
    await server.start();
    await time.until(() => expect(desk.view.snapshot().sync).toMatchObject({ pending: 0, trouble: null }));
    expect(server.events.size).toBe(2);
  });
});

function listen(port: number, sockets: Set<Socket>): Promise<Server> {
  const hole = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  return new Promise((resolve) => hole.listen(port, '127.0.0.1', () => resolve(hole)));
}
